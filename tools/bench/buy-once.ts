import type { Customer } from '../demo/scene.ts';

/** One order of one piece: how long the answer of `placeOrder` takes, and from then on until PAID is on the socket. Resolves when it has left the cart. */
export async function buyOnce(customer: Customer, product: string): Promise<{ answeredMs: number; paidMs: number }> {
  await customer.fill([{ productId: product, quantity: 1 }]);
  const asked = performance.now();
  const order = await customer.place('card-ok');
  const answered = performance.now();
  if ('rejected' in order) throw new Error(`The order was rejected: ${order.rejected}.`);
  const moves = await customer.watch(order.id, (move) => move.status === 'PAID');
  await customer.cartEmptied();
  return { answeredMs: answered - asked, paidMs: moves.at(-1)?.atMs ?? Number.NaN };
}
