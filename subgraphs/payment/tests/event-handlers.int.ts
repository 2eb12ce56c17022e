import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DomainEvent } from '#kafka/contracts.ts';
import { type Checkout, createOrder, type Order, openCheckout, say } from './fixture.ts';

let shop: Checkout;
beforeAll(async () => {
  shop = await openCheckout();
});
afterAll(() => shop.close());

type Say = (order: Order) => DomainEvent;
const { created, reserved, cancelled, refunded } = say;

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

async function endState(order: Order) {
  const { status, amount, user_id, method_id, failure_code } = await shop.payment(order);
  return {
    status,
    amount,
    method_id,
    failure_code,
    isOwned: user_id === order.userId,
    refunds: await shop.refunds(order),
    said: await shop.said(order),
    charged: (await shop.charges(order)).map((charge) => charge.amount - charge.refunded_amount),
  };
}

const paid = {
  status: 'CAPTURED',
  amount: 4200,
  method_id: 'card-ok',
  failure_code: null,
  isOwned: true,
  refunds: [],
  said: ['payment.succeeded'],
  charged: [4200],
};
const nothingCharged = { ...paid, status: 'VOIDED', said: [], charged: [] };
const waiting = { ...nothingCharged, status: 'EXPECTED' };

// biome-ignore format: one row is one story
const stories: [string, Say[], object][] = [
  ['an order',                                            [created],                                waiting],
  ['an order whose stock is held',                        [created, reserved],                      paid],
  ['an order that ends before anything is held',          [created, cancelled],                     nothingCharged],
  ['an order that ends before anything is charged',       [created, reserved, cancelled],           nothingCharged],
  ['an order that is refunded before anything is charged', [created, reserved, refunded],           nothingCharged],
  ['an order that ends in every way',                     [created, reserved, cancelled, refunded], nothingCharged],
];

describe('the events of an order, in every order and each of them twice', () => {
  test.each(stories)('%s: the same end', async (_, events, end) => {
    const told = permutations([...events]).map((permutation) => ({ order: createOrder(), permutation }));

    for (const { order, permutation } of told) {
      await shop.handle(...permutation.map((tell) => tell(order)), ...permutation.map((tell) => tell(order)));
    }
    await shop.settle();

    for (const { order } of told) expect(await endState(order)).toEqual(end);
  });

  test('with the worker at work after any of them: charged at most once, and all of it back when the order has ended', async () => {
    const told = permutations([created, reserved, cancelled]).flatMap((permutation) =>
      [1, 2].map((workAfter) => ({ order: createOrder(), permutation, workAfter })),
    );

    for (const step of [0, 1, 2]) {
      for (const { order, permutation } of told) await shop.handle(...permutation.slice(step, step + 1).map((tell) => tell(order)));
      const now = told.filter(({ workAfter }) => workAfter === step + 1).map(({ order }) => order.orderId);
      await shop.database.query('UPDATE payments SET next_attempt_at = $2 WHERE next_attempt_at IS NOT NULL AND NOT order_id = ANY($1)', [
        now,
        new Date(Date.now() + 60_000),
      ]);
      const worker = shop.work({ sweepMs: 60_000 });
      await shop.untilTaken(now);
      await worker.stop();
    }
    await shop.endLeases();
    await shop.settle();

    for (const { order } of told) {
      const { status, charged } = await endState(order);
      expect({ status, charged }).toEqual(status === 'REFUNDED' ? { status, charged: [0] } : { status: 'VOIDED', charged: [] });
    }
    const statuses = await Promise.all(told.map(async ({ order }) => (await shop.payment(order)).status));
    expect(new Set(statuses)).toEqual(new Set(['VOIDED', 'REFUNDED']));
  });
});

describe('an event that is replayed', () => {
  test('after the payment is captured changes nothing', async () => {
    const order = createOrder();
    await shop.handle(created(order), reserved(order));
    await shop.settle();

    await shop.handle(created(order), reserved(order));
    await shop.settle();

    expect(await endState(order)).toEqual(paid);
  });

  test('after the money went back changes nothing', async () => {
    const order = createOrder();
    await shop.handle(created(order), reserved(order));
    await shop.settle();
    await shop.handle(refunded(order));
    await shop.settle();
    const before = await endState(order);

    await shop.handle(created(order), reserved(order), refunded(order), cancelled(order));
    await shop.settle();

    expect(await endState(order)).toEqual(before);
    expect(before).toMatchObject({ status: 'REFUNDED', refunds: [{ status: 'SUCCEEDED', amount: 4200 }], charged: [0] });
  });

  test('does not change the effect of the first one', async () => {
    const order = createOrder();
    await shop.handle(created(order), created({ ...order, amount: 1, methodId: 'card-declined' }));

    expect(await endState(order)).toEqual(waiting);
  });
});

describe('many orders in one call', () => {
  test('come to what each of them comes to alone', async () => {
    const orders = Array.from({ length: 50 }, (_, index) => createOrder({ amount: 100 + index }));

    await shop.handleTogether(orders.map(created));
    await shop.handleTogether(orders.slice(0, 40).map(reserved));
    await shop.handleTogether(orders.slice(20).map(cancelled));

    const statuses = await Promise.all(orders.map(async (order) => (await shop.payment(order)).status));
    expect(Map.groupBy(statuses.entries(), ([, status]) => status)).toEqual(
      new Map([
        ['CHARGING', [...statuses.entries()].slice(0, 40)],
        ['VOIDED', [...statuses.entries()].slice(40)],
      ]),
    );
    await shop.settle();
  });
});

describe('the database', () => {
  test.each([
    ['an amount below zero', 'amount = -1', 'payments_amount_check'],
    ['a status of its own', `status = 'STOLEN', next_attempt_at = NULL`, 'payments_status_check'],
    ['a capture without a charge', `status = 'CAPTURED', next_attempt_at = NULL`, 'payments_charge_check'],
    ['a failure without a reason', `status = 'DECLINED', next_attempt_at = NULL`, 'payments_failure_check'],
    ['a charge that is never due', 'next_attempt_at = NULL', 'payments_never_forgotten_check'],
    ['a void payment of an order that goes on', `status = 'VOIDED', next_attempt_at = NULL`, 'payments_ended_check'],
    ['a charge of an unknown amount', 'amount = NULL, currency = NULL', 'payments_known_check'],
  ])('rejects %s', async (_, change, constraint) => {
    const order = createOrder();
    await shop.handle(created(order), reserved(order));

    const changed = shop.database.query(`UPDATE payments SET ${change} WHERE order_id = $1`, [order.orderId]);

    await expect(changed).rejects.toMatchObject({ constraint });
  });

  test('is as the entities say', async () => {
    expect(await shop.database.orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
    expect(await shop.ledger.orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
  });

  test('can be migrated back to nothing', async () => {
    await shop.settle();
    await shop.ledger.orm.migrator.down({ to: 0 });

    const { rows } = await shop.ledger.query(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'mikro_orm_migrations'`,
    );
    expect(rows).toEqual([]);
    await shop.ledger.migrate();
  });
});
