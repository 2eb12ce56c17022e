import { RequestFailed } from './connection.ts';
import { type LoadCustomer, Rejected } from './customer.ts';
import type { Measurements } from './measurements.ts';
import type { FlowName, LoadOptions } from './options.ts';

/** What the catalogue offers to those who come. */
export type Offer = {
  /** Ids of what is bought. */
  readonly products: readonly string[];
  /** Words that are searched for. */
  readonly words: readonly string[];
};

const sorts = ['NEWEST', 'NAME', 'PRICE_ASC', 'PRICE_DESC'] as const;

/** One visit from its first request until its order is paid. Never rejects: what went wrong is counted. */
export async function visit(
  customer: LoadCustomer,
  offer: Offer,
  options: Pick<LoadOptions, 'flow' | 'newCustomers'>,
  measurements: Measurements,
): Promise<void> {
  const begun = performance.now();
  try {
    if (options.newCustomers) {
      await customer.register();
      await customer.logIn();
    } else await customer.stayLoggedIn();
    if (options.flow === 'shop') await browse(customer, offer);
    await buy(customer, offer, options.flow);
    measurements.took('visit', performance.now() - begun);
  } catch (error) {
    if (error instanceof Rejected) measurements.rejected(error.code);
    else if (error instanceof RequestFailed) measurements.failed(error.code);
    else throw error;
    // what could not be bought does not lie in the cart of the next visit
    await customer.emptyCart().catch(() => undefined);
  } finally {
    measurements.visited();
  }
}

async function browse(customer: LoadCustomer, offer: Offer): Promise<void> {
  await customer.list(oneOf(sorts));
  await customer.search(oneOf(offer.words));
  await customer.lookAt(oneOf(offer.products));
  await customer.lookAt(oneOf(offer.products));
}

async function buy(customer: LoadCustomer, offer: Offer, flow: FlowName): Promise<void> {
  let cart = await customer.addToCart(oneOf(offer.products));
  if (flow === 'shop') {
    await customer.addToCart(oneOf(offer.products));
    cart = await customer.checkOut();
  }
  const { order, answeredMs } = await customer.placeOrder(cart);
  await customer.waitUntilPaid(order, answeredMs);
}

export function oneOf<T>(values: readonly T[]): T {
  const value = values[Math.floor(Math.random() * values.length)];
  if (value === undefined) throw new RangeError('There is nothing to choose from.');
  return value;
}
