import { type ServiceName, serviceNames, subgraphNames } from './services.ts';

/** What a service lacks when another one does not run, as the end of a sentence. */
type Needs = Readonly<Partial<Record<ServiceName, string>>>;

const withoutSubgraph = 'its fields will answer UNAVAILABLE';

/** Whom each service calls or whose events it waits for. */
const needsOf: Readonly<Record<ServiceName, Needs>> = {
  product: { order: 'no stock is reserved' },
  cart: { product: 'carts learn of no new products and prices', user: 'carts learn of no closed accounts' },
  order: {
    product: 'orders wait for their stock until they are cancelled',
    cart: 'placeOrder will answer UNAVAILABLE',
    payment: 'orders wait for their payment until they are cancelled',
  },
  user: { mail: 'no mail with a link is sent' },
  payment: { order: 'nothing is charged' },
  mail: { order: 'no mail about an order is asked for', user: 'no mail with a link is asked for' },
  operations: Object.fromEntries(serviceNames.map((name) => [name, 'it is shown as unhealthy'])),
  gateway: {
    ...Object.fromEntries(subgraphNames.map((name) => [name, withoutSubgraph])),
    user: `everybody is a guest, and ${withoutSubgraph}`,
  },
};

/** What does not work with these services alone: one sentence for each that is missing and needed. */
export function missingFor(running: readonly ServiceName[]): string[] {
  const missing = serviceNames.filter((name) => !running.includes(name));
  return missing.flatMap((name) => {
    const consequences = new Set(running.flatMap((one) => needsOf[one][name] ?? []));
    return consequences.size === 0 ? [] : [`${name} is not running: ${[...consequences].join('; ')}`];
  });
}

/** Without one of them the catalogue cannot be filled. */
export const seededServices = ['product', 'cart', 'user'] as const satisfies readonly ServiceName[];
