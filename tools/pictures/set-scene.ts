import { operationText } from '#schema/operation-text.ts';
import type { CatalogueQuery } from '#schema/operations/storefront.types.ts';
import type { BrowserSession } from '../../tests/e2e/browser.ts';
import { type Customer, createCustomer, type Stage } from '../demo/scene.ts';
import { createShopClient } from '../shop-client.ts';
import type { Scene } from './shots.ts';

/** Buys in the shop until there is something to see: orders in every status, of several customers, and a cart that is not empty. */
export async function setScene(gatewayUrl: string, customer: BrowserSession, admin: BrowserSession): Promise<Omit<Scene, 'playgroundUrl'>> {
  const client = createShopClient(gatewayUrl, admin.accessToken);
  const stage: Stage = { gatewayUrl, admin: client, output: { print: () => {}, move: () => {} } };
  const { products } = await client.ask<CatalogueQuery>(operationText('storefront/catalogue'), { first: 24 });
  const ids = products.edges.map(({ node }) => node.id);
  const pick = (at: number) => ids[at % ids.length] ?? '';
  const linh = await createCustomer(stage, customer.accessToken);
  const others = await Promise.all(Array.from({ length: 6 }, () => createCustomer(stage)));

  const declinedOrderId = await buy(linh, [pick(3), pick(7)], 'card-declined');
  // what could not be paid is in the cart again, and is bought with this
  const delivered = await buy(linh, [pick(11)], 'card-ok');
  const paidOrderId = await buy(linh, [pick(5), pick(14), pick(20)], 'card-ok');
  for (const [at, other] of others.entries()) await buy(other, [pick(at), pick(at + 9)], at === 4 ? 'card-insufficient-funds' : 'card-ok');
  const shipped = await buy(others[0] ?? linh, [pick(8)], 'card-ok');
  const refunded = await buy(others[1] ?? linh, [pick(16)], 'card-ok');
  for (const orderId of [delivered, shipped]) await client.ask(operationText('admin/ship-order'), { input: { orderId } });
  await client.ask(operationText('admin/deliver-order'), { input: { orderId: delivered } });
  await client.ask(operationText('admin/refund-order'), { input: { orderId: refunded } });
  await client.ask(operationText('admin/adjust-stock'), { input: { id: pick(2), difference: 12, reason: 'Delivery from Bat Trang' } });
  await linh.fill([pick(1), pick(12)].map((productId, at) => ({ productId, quantity: at + 1 })));

  await Promise.all([client, linh, ...others].map((client) => client.close()));
  return { customer, admin, productId: pick(14), paidOrderId, declinedOrderId };
}

/** Resolves to the id of the order when it is paid or cancelled. */
async function buy(customer: Customer, products: readonly string[], card: string): Promise<string> {
  await customer.fill(products.map((productId) => ({ productId, quantity: 1 })));
  const order = await customer.place(card);
  if ('rejected' in order) throw new Error(`The order was rejected: ${order.rejected}.`);
  const moves = await customer.watch(order.id, ({ status }) => status === 'PAID' || status === 'CANCELLED');
  if (moves.at(-1)?.status === 'PAID') await customer.cartEmptied();
  else await customer.cartHolds(products.length);
  return order.id;
}
