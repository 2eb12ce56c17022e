import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OrderStatus } from '#kafka/contracts.ts';
import { createEvent } from '#kafka/events.ts';
import { guest } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { traceIdOf } from '#platform/tracing/trace-context.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { checkout } from '../checkout-saga.ts';
import { cancelOrder } from '../commands/cancel-order.ts';
import { deliverOrder } from '../commands/deliver-order.ts';
import { refundOrder } from '../commands/refund-order.ts';
import { shipOrder } from '../commands/ship-order.ts';
import { closeAccounts, moveOrders } from '../event-handlers.ts';
import { cancelOverdue } from '../overdue-orders.ts';
import { applyTransition } from '../transitions.ts';
import { aCustomer, address, admin, events, type OrderFixture, openOrderFixture, types } from './fixture.ts';

let shop: OrderFixture;
beforeAll(async () => {
  shop = await openOrderFixture();
});
afterAll(() => shop.close());

/** All orders in which things can happen. */
function permutations<T>(things: readonly T[]): T[][] {
  if (things.length < 2) return [[...things]];
  return things.flatMap((thing, at) => permutations(things.toSpliced(at, 1)).map((rest) => [thing, ...rest]));
}

/** Its versions run from 1 without a gap, its times do not go back, each transition is a row of the checkout, and each was published once, with the same time. */
async function expectLegalHistory(orderId: string) {
  const history = await shop.history(orderId);
  const order = await shop.state(orderId);
  expect(history.map((entry) => entry.version)).toEqual(history.map((_, at) => at + 1));
  expect(history[0]).toMatchObject({ status: 'PENDING', cause: 'placed by customer' });
  expect(history.at(-1)).toMatchObject({ status: order?.status, version: order?.version });
  for (const [at, entry] of history.entries()) {
    const before = history[at - 1];
    if (before === undefined) continue;
    expect(entry.at.getTime()).toBeGreaterThanOrEqual(before.at.getTime());
    expect(checkout).toContainEqual(expect.objectContaining({ on: entry.cause, from: before.status, to: entry.status }));
  }
  const told = await shop.told(orderId);
  expect(told.map((event) => event.data)).toMatchObject(history.map(({ version, status }) => ({ orderId, version, status })));
  expect(told.map((event) => event.time)).toEqual(history.map((entry) => entry.at.toISOString()));
}

const inOrder = async (status: OrderStatus, customer = aCustomer()) => {
  const { id } = await shop.place(customer);
  const way: Partial<Record<OrderStatus, () => Promise<unknown>>> = {
    AWAITING_PAYMENT: () => shop.handle(events.reserved(id)),
    PAID: () => shop.handle(events.charged(id)),
    SHIPPED: () => shipOrder(shop.deps, admin, { orderId: id }),
    DELIVERED: () => deliverOrder(shop.deps, admin, { orderId: id }),
  };
  const ends: Partial<Record<OrderStatus, OrderStatus>> = { CANCELLED: 'PENDING', REFUNDED: 'PAID' };
  for (const [transition, go] of Object.entries(way)) {
    if ((await shop.state(id))?.status === (ends[status] ?? status)) break;
    await go();
    if (transition === (ends[status] ?? status)) break;
  }
  if (status === 'CANCELLED') await cancelOrder(shop.deps, customer, { orderId: id });
  if (status === 'REFUNDED') await refundOrder(shop.deps, admin, { orderId: id });
  expect(await shop.state(id)).toMatchObject({ status });
  return id;
};

describe('the events of a checkout', () => {
  test('lead to a sale, published with its lines', async () => {
    const { id } = await shop.place();

    await shop.handle(events.reserved(id), events.charged(id));

    expect(await shop.state(id)).toMatchObject({ status: 'PAID', version: 3 });
    expect((await shop.history(id)).map((entry) => entry.cause)).toEqual(['placed by customer', 'inventory.reserved', 'payment.succeeded']);
    const [created, , paid] = await shop.told(id);
    const placed = created?.type === 'order.created' ? created.data : null;
    expect(placed?.lines).toHaveLength(2);
    expect(paid).toMatchObject({
      type: 'order.paid',
      data: {
        lines: placed?.lines,
        cartId: placed?.cartId,
        placedAt: placed?.placedAt,
        total: { amount: 2599, currency: 'EUR' },
      },
    });
    await expectLegalHistory(id);
  });

  test.each(['OUT_OF_STOCK', 'PRICE_CHANGED', 'UNKNOWN_PRODUCT'] as const)(
    'cancel with the reason that product gives: %s',
    async (reason) => {
      const { id } = await shop.place();

      await shop.handle(events.notReserved(id, reason));

      expect(await shop.state(id)).toMatchObject({ status: 'CANCELLED', cancelReason: reason });
      expect((await shop.told(id)).at(-1)).toMatchObject({ type: 'order.cancelled', data: { reason } });
      await expectLegalHistory(id);
    },
  );

  test('cancel when the card is declined', async () => {
    const { id } = await shop.place();

    await shop.handle(events.reserved(id), events.declined(id));

    expect(await shop.state(id)).toMatchObject({ status: 'CANCELLED', cancelReason: 'PAYMENT_DECLINED' });
    await expectLegalHistory(id);
  });

  test('go on in the trace of the event that caused them', async () => {
    const { id } = await shop.place();
    const event = { ...events.reserved(id), traceparent: `00-${'12'.repeat(16)}-${'34'.repeat(8)}-01` };

    await shop.handle(event);

    expect(traceIdOf((await shop.told(id)).at(-1)?.traceparent)).toBe('12'.repeat(16));
  });

  test('are applied to many orders in one call, to each in its own status', async () => {
    const fresh = await shop.place();
    const waiting = await inOrder('AWAITING_PAYMENT');
    const cancelled = await inOrder('CANCELLED');
    const heard = [fresh.id, waiting, cancelled, newId()].map((id) => events.charged(id));

    await shop.database.transaction((sql) => moveOrders(shop.deps, sql, heard));

    expect([await shop.state(fresh.id), await shop.state(waiting), await shop.state(cancelled)]).toMatchObject([
      { status: 'PAID', version: 2 },
      { status: 'PAID', version: 3 },
      { status: 'CANCELLED', version: 2 },
    ]);
    for (const id of [fresh.id, waiting, cancelled]) await expectLegalHistory(id);
  });

  test('of another amount pay for nothing, and are not passed over in silence', async () => {
    const [waiting, cancelled] = [await inOrder('AWAITING_PAYMENT'), await inOrder('CANCELLED')];
    const charged = (orderId: string, cents: number) =>
      createEvent('payment.succeeded', orderId, { orderId, paymentId: newId(), amount: { amount: cents, currency: 'EUR' } });

    await expect(shop.handle(charged(waiting, 1))).rejects.toThrow(`Order ${waiting} costs 2599 and was charged 1, in minor units.`);
    await shop.handle(charged(cancelled, 1));

    expect([await shop.state(waiting), await shop.state(cancelled)]).toMatchObject([
      { status: 'AWAITING_PAYMENT' },
      { status: 'CANCELLED' },
    ]);
    await shop.handle(charged(waiting, 2599));
    expect(await shop.state(waiting)).toMatchObject({ status: 'PAID' });
  });

  test('of an unknown order change nothing', async () => {
    const id = newId();

    await shop.handle(events.reserved(id), events.charged(id));

    expect(await shop.told(id)).toEqual([]);
  });
});

describe('events that come twice, and in any order', () => {
  const stories = [
    { name: 'a sale', ends: 'PAID', heard: ['reserved', 'charged'] },
    { name: 'a declined card', ends: 'CANCELLED', heard: ['reserved', 'declined'] },
    { name: 'no stock', ends: 'CANCELLED', heard: ['notReserved'] },
  ] as const;

  test.each(stories)('end the same: $name', async ({ ends, heard }) => {
    for (const order of permutations([...heard, ...heard])) {
      const { id } = await shop.place();
      const once = new Map(heard.map((name) => [name, events[name](id)]));
      await shop.handle(...order.flatMap((name) => once.get(name) ?? []));
      expect(await shop.state(id)).toMatchObject({ status: ends });
      await expectLegalHistory(id);
    }
  });

  test('end the same when the customer cancels first, whatever comes after', async () => {
    for (const order of permutations(['reserved', 'charged', 'charged'] as const)) {
      const customer = aCustomer();
      const { id } = await shop.place(customer);
      await cancelOrder(shop.deps, customer, { orderId: id });
      await shop.handle(...order.map((name) => events[name](id)));
      expect(await shop.state(id)).toMatchObject({ status: 'CANCELLED', cancelReason: 'BY_CUSTOMER', version: 2 });
      await expectLegalHistory(id);
    }
  });

  test('end cancelled whenever the customer cancels, before the event of the charge or after', async () => {
    for (const order of permutations(['reserved', 'charged', 'cancel'] as const)) {
      const customer = aCustomer();
      const { id } = await shop.place(customer);
      for (const name of order) {
        if (name === 'cancel') await cancelOrder(shop.deps, customer, { orderId: id });
        else await shop.handle(events[name](id));
      }
      expect(await shop.state(id)).toMatchObject({ status: 'CANCELLED', cancelReason: 'BY_CUSTOMER' });
      await expectLegalHistory(id);
    }
  });
});

describe('a deadline', () => {
  const overdue = (id: string) => shop.database.query("UPDATE orders SET deadline_at = now() - interval '1 ms' WHERE id = $1", [id]);

  test.each(['PENDING', 'AWAITING_PAYMENT'] as const)('cancels what waited too long in %s', async (status) => {
    const id = await inOrder(status);
    const other = await inOrder(status);
    await overdue(id);

    await cancelOverdue(shop.deps, 100);

    expect(await shop.state(id)).toMatchObject({ status: 'CANCELLED', cancelReason: 'TIMED_OUT' });
    expect(await shop.state(other)).toMatchObject({ status });
    expect((await shop.told(id)).at(-1)).toMatchObject({ type: 'order.cancelled', data: { reason: 'TIMED_OUT' } });
    await expectLegalHistory(id);
  });

  test('restarts with each waiting status, and is cleared when nothing waits', async () => {
    const { id } = await shop.place();
    const deadline = async () =>
      (
        await shop.database.query<{ ms: number | null }>(
          'SELECT extract(epoch FROM deadline_at - now())::float8 * 1000 AS ms FROM orders WHERE id = $1',
          [id],
        )
      ).rows[0]?.ms ?? null;

    const pending = await deadline();
    await shop.handle(events.reserved(id));
    const awaitingPayment = await deadline();
    await shop.handle(events.charged(id));

    expect(pending).toBeGreaterThan(20_000);
    expect(pending).toBeLessThanOrEqual(30_000);
    expect(awaitingPayment).toBeGreaterThan(50_000);
    expect(awaitingPayment).toBeLessThanOrEqual(60_000);
    expect(await deadline()).toBeNull();
  });

  test('is swept in parts, by several at once, each order once', async () => {
    const ids = await Promise.all(Array.from({ length: 9 }, () => inOrder('PENDING')));
    await Promise.all(ids.map(overdue));

    const cancelled = await Promise.all([1, 2, 3].map(() => cancelOverdue(shop.deps, 5)));
    const rest = await cancelOverdue(shop.deps, 100);

    expect(Math.max(...cancelled)).toBeLessThanOrEqual(5);
    expect(cancelled.reduce((sum, one) => sum + one, rest)).toBe(9);
    for (const id of ids) await expectLegalHistory(id);
  });

  test('does not wait for a transaction that holds the order', async () => {
    const { id } = await shop.place();
    await overdue(id);

    await shop.database.transaction(async (sql) => {
      await moveOrders(shop.deps, sql, [events.charged(id)]);
      await cancelOverdue(shop.deps, 100);
    });

    expect(await shop.state(id)).toMatchObject({ status: 'PAID' });
    await expectLegalHistory(id);
  });
});

describe('cancelOrder', () => {
  test.each(['PENDING', 'AWAITING_PAYMENT', 'PAID'] as const)('is for the customer at any moment in %s', async (status) => {
    const customer = aCustomer();
    const id = await inOrder(status, customer);

    const outcome = await cancelOrder(shop.deps, customer, { orderId: id });

    expect(outcome).toMatchObject({ order: { status: 'CANCELLED', cancelReason: 'BY_CUSTOMER' } });
    expect((await shop.history(id)).at(-1)?.cause).toBe('cancelled by customer');
    await expectLegalHistory(id);
  });

  test('is for an admin, who does it for the customer', async () => {
    const id = await inOrder('PENDING');

    expect(await cancelOrder(shop.deps, admin, { orderId: id })).toMatchObject({ order: { cancelReason: 'BY_CUSTOMER' } });
    expect((await shop.history(id)).at(-1)?.cause).toBe('cancelled by admin');
  });

  test.each(['SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED'] as const)('is rejected in %s, and changes nothing', async (status) => {
    const customer = aCustomer();
    const id = await inOrder(status, customer);
    const before = await shop.told(id);

    expect(await cancelOrder(shop.deps, customer, { orderId: id })).toMatchObject({ __typename: 'OrderNotInStatus', status });
    expect(await shop.told(id)).toEqual(before);
  });

  test('finds nothing for a stranger, and rejects a guest', async () => {
    const id = await inOrder('PENDING');

    expect(await cancelOrder(shop.deps, aCustomer(), { orderId: id })).toMatchObject({ __typename: 'OrderNotFound' });
    expect(await cancelOrder(shop.deps, aCustomer(), { orderId: newId() })).toMatchObject({ __typename: 'OrderNotFound' });
    expect(await cancelOrder(shop.deps, aCustomer(), { orderId: 'mine' })).toMatchObject({
      __typename: 'InvalidInput',
      problems: [{ field: 'orderId' }],
    });
    await expect(cancelOrder(shop.deps, guest, { orderId: id })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await shop.state(id)).toMatchObject({ status: 'PENDING' });
  });

  test('against a charge at the same moment ends cancelled, whichever of them is first', async () => {
    for (let round = 0; round < 20; round += 1) {
      const customer = aCustomer();
      const id = await inOrder('AWAITING_PAYMENT', customer);

      const acts = [() => cancelOrder(shop.deps, customer, { orderId: id }), () => shop.handle(events.charged(id))];
      const answers = await Promise.all((round % 2 === 0 ? acts : acts.toReversed()).map((act) => act()));
      const outcome = answers.find((answer) => answer !== undefined);

      expect(await shop.state(id)).toMatchObject({ status: 'CANCELLED' });
      expect(outcome).toMatchObject({ order: { status: 'CANCELLED' } });
      const statuses = (await shop.history(id)).map((entry) => entry.status);
      expect([
        ['PENDING', 'AWAITING_PAYMENT', 'CANCELLED'],
        ['PENDING', 'AWAITING_PAYMENT', 'PAID', 'CANCELLED'],
      ]).toContainEqual(statuses);
      await expectLegalHistory(id);
    }
  });

  test('that waits for a charge to commit cancels what is paid', async () => {
    const customer = aCustomer();
    const id = await inOrder('AWAITING_PAYMENT', customer);
    let cancelling: ReturnType<typeof cancelOrder> | undefined;

    await shop.database.transaction(async (sql) => {
      await moveOrders(shop.deps, sql, [events.charged(id)]);
      cancelling = cancelOrder(shop.deps, customer, { orderId: id });
      await lockIsAwaited();
    });

    expect(await cancelling).toMatchObject({ order: { status: 'CANCELLED', version: 4 } });
    await expectLegalHistory(id);
  });

  test('that waits for the reservation to commit cancels what is reserved', async () => {
    const customer = aCustomer();
    const id = await inOrder('PENDING', customer);
    let cancelling: ReturnType<typeof cancelOrder> | undefined;

    await shop.database.transaction(async (sql) => {
      await moveOrders(shop.deps, sql, [events.reserved(id)]);
      cancelling = cancelOrder(shop.deps, customer, { orderId: id });
      await lockIsAwaited();
    });

    expect(await cancelling).toMatchObject({ order: { status: 'CANCELLED', version: 3 } });
    await expectLegalHistory(id);
  });
});

describe('the version that the user saw', () => {
  test('is not moved when it has moved meanwhile, though its status would allow it', async () => {
    const id = await inOrder('PAID');
    await shipOrder(shop.deps, admin, { orderId: id, expectedVersion: 3 });

    const late = await refundOrder(shop.deps, admin, { orderId: id, expectedVersion: 3 });

    expect(late).toMatchObject({ __typename: 'OrderChanged', code: 'ORDER_CHANGED', order: { id, status: 'SHIPPED', version: 4 } });
    expect(await shipOrder(shop.deps, admin, { orderId: id, expectedVersion: 3 })).toMatchObject({ __typename: 'OrderNotInStatus' });
    expect(await refundOrder(shop.deps, admin, { orderId: id, expectedVersion: 0 })).toMatchObject({
      problems: [{ field: 'expectedVersion' }],
    });
    expect(await refundOrder(shop.deps, admin, { orderId: id, expectedVersion: 4 })).toMatchObject({ order: { status: 'REFUNDED' } });
    await expectLegalHistory(id);
  });

  test('is not moved by the second of two at once who looked at the same, though the new status would allow it', async () => {
    const id = await inOrder('PAID');
    const seen = { orderId: id, expectedVersion: 3 };
    let refunding: ReturnType<typeof refundOrder> | undefined;

    await shop.database.transaction(async (sql) => {
      await applyTransition(sql, 'shipped by admin', [seen], shop.deps);
      // looks at the order as it was before, then waits for it
      refunding = refundOrder(shop.deps, admin, seen);
      await lockIsAwaited();
    });

    expect(await refunding).toMatchObject({ __typename: 'OrderChanged', order: { status: 'SHIPPED', version: 4 } });
    expect(await shop.state(id)).toMatchObject({ status: 'SHIPPED', version: 4 });
    await expectLegalHistory(id);
  });
});

describe('an admin', () => {
  test('ships and delivers a paid order', async () => {
    const id = await inOrder('PAID');

    expect(await shipOrder(shop.deps, admin, { orderId: id })).toMatchObject({ order: { status: 'SHIPPED' } });
    expect(await deliverOrder(shop.deps, admin, { orderId: id })).toMatchObject({ order: { status: 'DELIVERED' } });
    expect(types(await shop.told(id)).slice(-2)).toEqual(['order.shipped', 'order.delivered']);
    await expectLegalHistory(id);
  });

  test.each(['PAID', 'SHIPPED'] as const)('refunds an order that is %s', async (status) => {
    const id = await inOrder(status);

    expect(await refundOrder(shop.deps, admin, { orderId: id })).toMatchObject({ order: { status: 'REFUNDED' } });
    expect(types(await shop.told(id)).at(-1)).toBe('order.refunded');
    await expectLegalHistory(id);
  });

  test('who ships and refunds at the same moment does one of them first, and never ships what is refunded', async () => {
    const id = await inOrder('PAID');

    await Promise.all([shipOrder(shop.deps, admin, { orderId: id }), refundOrder(shop.deps, admin, { orderId: id })]);

    expect(await shop.state(id)).toMatchObject({ status: 'REFUNDED' });
    await expectLegalHistory(id);
  });

  test('gets the status that is in the way', async () => {
    const id = await inOrder('PENDING');

    expect(await shipOrder(shop.deps, admin, { orderId: id })).toMatchObject({ __typename: 'OrderNotInStatus', status: 'PENDING' });
    expect(await deliverOrder(shop.deps, admin, { orderId: id })).toMatchObject({ __typename: 'OrderNotInStatus', status: 'PENDING' });
    expect(await refundOrder(shop.deps, admin, { orderId: id })).toMatchObject({ __typename: 'OrderNotInStatus', status: 'PENDING' });
    expect(await shipOrder(shop.deps, admin, { orderId: newId() })).toMatchObject({ __typename: 'OrderNotFound' });
  });

  test('is the only one who may', async () => {
    const customer = aCustomer();
    const id = await inOrder('PAID', customer);

    for (const move of [shipOrder, deliverOrder, refundOrder]) {
      await expect(move(shop.deps, customer, { orderId: id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(move(shop.deps, guest, { orderId: id })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });
});

/** Resolves when a statement of this database waits for a lock. */
async function lockIsAwaited() {
  await waitFor('a statement that waits for the lock', async () => {
    const { rows } = await shop.database.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    return rows[0]?.n === 1;
  });
}

describe('a closed account', () => {
  const deleted = (userId: string) => createEvent('user.deleted', userId, { userId, version: 2 });
  const addressOf = async (id: string) => (await shop.state(id))?.shippingAddress;
  const whole = { name: address.name, line1: address.line1 };
  const erased = { name: '', line1: '', line2: null, phone: null, city: address.city, postalCode: address.postalCode, country: 'GB' };
  const hashOf = async (id: string) =>
    (await shop.database.query<{ request_hash: string }>('SELECT request_hash FROM orders WHERE id = $1', [id])).rows[0]?.request_hash;

  test.each(['CANCELLED', 'DELIVERED', 'REFUNDED'] as const)(
    'has no name and street in an order that is %s, also after a replay',
    async (status) => {
      const customer = aCustomer();
      const id = await inOrder(status, customer);
      const other = await inOrder(status);

      await shop.handle(deleted(customer.userId), deleted(customer.userId));

      expect(await addressOf(id)).toMatchObject(erased);
      expect(await hashOf(id)).toBe('');
      expect(await addressOf(other)).toMatchObject(whole);
    },
  );

  test.each(['PENDING', 'AWAITING_PAYMENT', 'PAID', 'SHIPPED'] as const)(
    'keeps them while an order is %s, until it ends',
    async (status) => {
      const customer = aCustomer();
      const id = await inOrder(status, customer);

      await shop.handle(deleted(customer.userId));
      expect(await addressOf(id)).toMatchObject(whole);

      if (status === 'SHIPPED') await deliverOrder(shop.deps, admin, { orderId: id });
      else await cancelOrder(shop.deps, admin, { orderId: id });
      expect(await addressOf(id)).toMatchObject(erased);
    },
  );

  test('places no order', async () => {
    const customer = aCustomer();
    await shop.handle(deleted(customer.userId));

    await expect(shop.place(customer)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await shop.database.query('SELECT FROM orders WHERE user_id = $1', [customer.userId])).count).toBe(0);
  });

  test('meets an order that ends in the same moment, in either order', async () => {
    for (const isFirst of [true, false]) {
      const customer = aCustomer();
      const id = await inOrder('SHIPPED', customer);
      const hold = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      // one of the two has changed its rows and not committed yet when the other begins
      const first = shop.database.transaction(async (sql) => {
        if (isFirst) await closeAccounts(sql, [deleted(customer.userId)]);
        else await applyTransition(sql, 'delivered by admin', [{ orderId: id }], shop.deps);
        held.resolve();
        await hold.promise;
      });
      await held.promise;
      const second = isFirst ? deliverOrder(shop.deps, admin, { orderId: id }) : shop.handle(deleted(customer.userId));
      await waitFor('the second to wait', async () => {
        const { rows } = await shop.database.query<{ waiting: number }>(
          "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        return rows[0]?.waiting === 1;
      });
      hold.resolve();
      await Promise.all([first, second]);

      expect(await shop.state(id)).toMatchObject({ status: 'DELIVERED', shippingAddress: erased });
    }
  });
});
