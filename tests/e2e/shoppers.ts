import { waitFor } from '#tests/support/wait-for.ts';
import { type Customer, createCustomer, type Stage } from '#tools/demo/scene.ts';

/** What was acknowledged to a customer, and must survive every failure. */
export type Acknowledged = { readonly customer: Customer; readonly orderId: string };

export type Shoppers = {
  readonly acknowledged: readonly Acknowledged[];
  /** Resolves when so many more orders were acknowledged than now. */
  buyMore(orders: number, withinMs: number): Promise<void>;
  /** Lets every customer finish; resolves to all customers. */
  goHome(): Promise<Customer[]>;
};

/** Customers who buy one piece of a product after the other, and try again when a request fails. */
export function sendShoppers(stage: Stage, productId: string, count = 4): Shoppers {
  const acknowledged: Acknowledged[] = [];
  let isOver = false;
  const shopping = Array.from({ length: count }, () => shopUntil(stage, () => isOver, productId, acknowledged));
  return {
    acknowledged,
    async buyMore(orders, withinMs) {
      const target = acknowledged.length + orders;
      await waitFor(`${orders} more orders`, () => acknowledged.length >= target, withinMs);
    },
    goHome() {
      isOver = true;
      return Promise.all(shopping);
    },
  };
}

async function shopUntil(stage: Stage, isOver: () => boolean, productId: string, acknowledged: Acknowledged[]): Promise<Customer> {
  const customer = await createCustomer(stage);
  while (!isOver()) {
    try {
      await customer.fill([{ productId, quantity: 1 }]);
      const order = await customer.place('card-ok');
      if ('rejected' in order) continue;
      acknowledged.push({ customer, orderId: order.id });
      await waitFor('the order to move on', async () => (await statusOf(customer, order.id)) === 'PAID', 60_000);
      await customer.cartEmptied();
    } catch {
      // a part is being restarted; what counts is what was acknowledged
    }
  }
  return customer;
}

export async function statusOf(customer: Customer, id: string): Promise<string> {
  const { order } = await customer.client.ask<{ order: { status: string } }>('query ($id: ID!) { order(id: $id) { status } }', { id });
  return order.status;
}
