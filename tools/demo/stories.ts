import { randomUUID } from 'node:crypto';
import {
  archiveProduct,
  type Check,
  type Customer,
  createCustomer,
  createProduct,
  eventually,
  type Move,
  type Stage,
  type Stock,
  stockOf,
} from './scene.ts';

export type Story = { readonly name: string; readonly title: string; play(stage: Stage): Promise<Check[]> };

/** Timeout for asynchronous results; far longer than they ever take. */
const patienceMs = 60_000;
const isFinal = (move: Move) => move.status === 'CANCELLED';
const isPaid = (move: Move) => move.status === 'PAID';

function check(claim: string, holds: boolean, found: unknown): Check {
  return { claim, holds, found: typeof found === 'string' ? found : JSON.stringify(found) };
}

function checkPath(moves: readonly Move[], ...expected: string[]): Check {
  const path = moves.map((move) => move.status);
  return check(
    `the customer saw ${expected.join(' → ')}, nothing twice and nothing missing`,
    path.join() === expected.join() && moves.every((move, at) => move.version === at + 1),
    path.join(' → '),
  );
}

async function checkStock(stage: Stage, productId: string, expected: Stock): Promise<Check> {
  const same = (stock: Stock) =>
    stock.available === expected.available && stock.held === expected.held && stock.committed === expected.committed;
  const stock = await eventually(() => stockOf(stage, productId), same, patienceMs);
  return check(`stock: ${expected.available} available, ${expected.held} held, ${expected.committed} sold`, same(stock), stock);
}

async function checkPayment(customer: Customer, orderId: string, expected: string, refunds: number): Promise<Check> {
  const same = (payment: Awaited<ReturnType<Customer['payment']>>) =>
    payment?.status === expected && payment.refunds.filter((refund) => refund.status === 'SUCCEEDED').length === refunds;
  const payment = await eventually(() => customer.payment(orderId), same, patienceMs);
  return check(`the payment is ${expected}${refunds > 0 ? ', given back once' : ''}`, same(payment), payment);
}

/** Sets the stage with products and a customer, plays, and tidies up. */
async function withShopper(
  stage: Stage,
  stocks: readonly { name: string; stock: number }[],
  play: (customer: Customer, products: string[]) => Promise<Check[]>,
): Promise<Check[]> {
  const products: string[] = [];
  for (const { name, stock } of stocks) products.push(await createProduct(stage, name, stock));
  const customer = await createCustomer(stage);
  try {
    return await play(customer, products);
  } finally {
    await customer.close();
    for (const id of products) await archiveProduct(stage, id);
  }
}

async function placed(customer: Customer, paymentMethodId: string): Promise<string> {
  const order = await customer.place(paymentMethodId);
  if ('rejected' in order) throw new Error(`The order was rejected: ${order.rejected}.`);
  return order.id;
}

const paid: Story = {
  name: 'paid',
  title: 'Paid: a good card, and the stock goes down',
  play: (stage) =>
    withShopper(stage, [{ name: 'Teapot of the demo', stock: 10 }], async (customer, [teapot = '']) => {
      stage.output.print('Ten teapots in stock; a customer buys two.');
      await customer.fill([{ productId: teapot, quantity: 2 }]);
      const order = await placed(customer, 'card-ok');
      const moves = await customer.watch(order, isPaid);
      return [
        checkPath(moves, 'PENDING', 'AWAITING_PAYMENT', 'PAID'),
        await checkPayment(customer, order, 'CAPTURED', 0),
        await checkStock(stage, teapot, { available: 8, held: 0, committed: 2 }),
      ];
    }),
};

const outOfStock: Story = {
  name: 'out-of-stock',
  title: 'Out of stock: cancelled, and nothing is charged',
  play: (stage) =>
    withShopper(stage, [{ name: 'Bowl of the demo', stock: 3 }], async (customer, [bowl = '']) => {
      stage.output.print('Three bowls in stock; a customer orders five.');
      await customer.fill([{ productId: bowl, quantity: 5 }]);
      const order = await placed(customer, 'card-ok');
      const moves = await customer.watch(order, isFinal);
      return [
        checkPath(moves, 'PENDING', 'CANCELLED'),
        check('the reason is OUT_OF_STOCK', moves.at(-1)?.cancelReason === 'OUT_OF_STOCK', moves.at(-1)?.cancelReason),
        await checkPayment(customer, order, 'VOIDED', 0),
        await checkStock(stage, bowl, { available: 3, held: 0, committed: 0 }),
      ];
    }),
};

const oneImpossibleLine: Story = {
  name: 'one-impossible-line',
  title: 'One good line and one impossible one: all or nothing',
  play: (stage) =>
    withShopper(
      stage,
      [
        { name: 'Lantern of the demo', stock: 10 },
        { name: 'Scarf of the demo', stock: 1 },
      ],
      async (customer, [lantern = '', scarf = '']) => {
        stage.output.print('Ten lanterns but one scarf in stock; a customer orders four lanterns and two scarves.');
        await customer.fill([
          { productId: lantern, quantity: 4 },
          { productId: scarf, quantity: 2 },
        ]);
        const order = await placed(customer, 'card-ok');
        const moves = await customer.watch(order, isFinal);
        return [
          checkPath(moves, 'PENDING', 'CANCELLED'),
          await checkStock(stage, lantern, { available: 10, held: 0, committed: 0 }),
          await checkStock(stage, scarf, { available: 1, held: 0, committed: 0 }),
        ];
      },
    ),
};

const declined: Story = {
  name: 'declined',
  title: 'Declined card: cancelled, and the stock comes back',
  play: (stage) =>
    withShopper(stage, [{ name: 'Tea of the demo', stock: 10 }], async (customer, [tea = '']) => {
      stage.output.print('This card is declined.');
      await customer.fill([{ productId: tea, quantity: 3 }]);
      const order = await placed(customer, 'card-declined');
      const moves = await customer.watch(order, isFinal);
      return [
        checkPath(moves, 'PENDING', 'AWAITING_PAYMENT', 'CANCELLED'),
        check('the reason is PAYMENT_DECLINED', moves.at(-1)?.cancelReason === 'PAYMENT_DECLINED', moves.at(-1)?.cancelReason),
        await checkPayment(customer, order, 'DECLINED', 0),
        await checkStock(stage, tea, { available: 10, held: 0, committed: 0 }),
      ];
    }),
};

const silentProvider: Story = {
  name: 'silent-provider',
  title: 'A provider that never answers: cancelled at the deadline, and given back when it turns out to have charged',
  play: (stage) =>
    withShopper(stage, [{ name: 'Vase of the demo', stock: 10 }], async (customer, [vase = '']) => {
      stage.output.print('The provider captures the payment and does not answer. The order waits for its deadline.');
      await customer.fill([{ productId: vase, quantity: 1 }]);
      const order = await placed(customer, 'card-silent');
      const moves = await customer.watch(order, isFinal);
      stage.output.print('Cancelled. The provider is asked until it answers; the captured payment is refunded.');
      return [
        checkPath(moves, 'PENDING', 'AWAITING_PAYMENT', 'CANCELLED'),
        check('the reason is TIMED_OUT', moves.at(-1)?.cancelReason === 'TIMED_OUT', moves.at(-1)?.cancelReason),
        await checkPayment(customer, order, 'REFUNDED', 1),
        await checkStock(stage, vase, { available: 10, held: 0, committed: 0 }),
      ];
    }),
};

const twoTabs: Story = {
  name: 'two-tabs',
  title: 'The same order from two tabs: one order, one charge',
  play: (stage) =>
    withShopper(stage, [{ name: 'Cup of the demo', stock: 10 }], async (customer, [cup = '']) => {
      stage.output.print('Two tabs place the order at once with the same idempotency key; a third has its own key.');
      await customer.fill([{ productId: cup, quantity: 1 }]);
      const key = randomUUID();
      const [left, right] = await Promise.all([customer.place('card-ok', key), customer.place('card-ok', key)]);
      const third = await customer.place('card-ok');
      if ('rejected' in left || 'rejected' in right) throw new Error('An order with a key of its own was rejected.');
      const moves = await customer.watch(left.id, isPaid);
      return [
        check('both tabs got the same order', left.id === right.id, [left.number, right.number]),
        check('the third was rejected, since the cart is ordered already', 'rejected' in third, third),
        checkPath(moves, 'PENDING', 'AWAITING_PAYMENT', 'PAID'),
        check('the customer has one order', (await customer.orderCount()) === 1, await customer.orderCount()),
        await checkPayment(customer, left.id, 'CAPTURED', 0),
        await checkStock(stage, cup, { available: 9, held: 0, committed: 1 }),
      ];
    }),
};

const cancelledWhileCharged: Story = {
  name: 'cancelled-while-charged',
  title: 'Cancelled by the customer while the card is being charged',
  play: (stage) =>
    withShopper(stage, [{ name: 'Silk of the demo', stock: 10 }], async (customer, [silk = '']) => {
      stage.output.print('A slow card; the customer cancels while it is being charged.');
      await customer.fill([{ productId: silk, quantity: 1 }]);
      const order = await placed(customer, 'card-slow');
      const answers: string[] = [];
      const moves = await customer.watch(order, async (move) => {
        if (move.status === 'AWAITING_PAYMENT') answers.push(await customer.cancel(order));
        return isFinal(move);
      });
      const settled = (status: string | undefined) => status === 'VOIDED' || status === 'REFUNDED';
      const payment = await eventually(
        () => customer.payment(order),
        (seen) => settled(seen?.status),
        patienceMs,
      );
      return [
        check('the cancellation was accepted', answers.includes('CANCELLED'), answers),
        checkPath(moves, 'PENDING', 'AWAITING_PAYMENT', 'CANCELLED'),
        check('the reason is BY_CUSTOMER', moves.at(-1)?.cancelReason === 'BY_CUSTOMER', moves.at(-1)?.cancelReason),
        check('the money is where it was: never taken, or given back', settled(payment?.status), payment),
        await checkStock(stage, silk, { available: 10, held: 0, committed: 0 }),
      ];
    }),
};

/** The outcomes of a checkout, played one after the other. */
export const stories: readonly Story[] = [paid, outOfStock, oneImpossibleLine, declined, twoTabs, cancelledWhileCharged, silentProvider];
