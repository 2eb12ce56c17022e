import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DomainEvent } from '#kafka/contracts.ts';
import { guest } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { traceIdOf, withTraceparent } from '#platform/tracing/trace-context.ts';
import { countStatements } from '#tests/support/count-statements.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { cancelOrder } from '../commands/cancel-order.ts';
import { refundOrder } from '../commands/refund-order.ts';
import { moveOrders, recordOnly } from '../event-handlers.ts';
import { findEvents } from '../queries/orders.ts';
import { aCustomer, admin, events, type OrderFixture, openOrderFixture } from './fixture.ts';

let shop: OrderFixture;
beforeAll(async () => {
  shop = await openOrderFixture();
});
afterAll(() => shop.close());

/** The events of an order as the admin sees them: the types, with their details. */
const story = async (id: string) => (await shop.events(id)).map(({ type, note }) => (note === null ? type : `${type}: ${note}`));

/** The events with times of their own, a second from one to the next, whenever they are handled. */
const withTimeout = (...those: DomainEvent[]): DomainEvent[] =>
  those.map((event, at) => ({ ...event, time: new Date(Date.now() + (at + 1) * 1000).toISOString() }));

/** SubscribedBy them as they happen, one after the other and never two in one millisecond. */
async function happen(...those: (() => DomainEvent)[]): Promise<void> {
  for (const event of those) {
    await nextMillisecond();
    const happened = event();
    await nextMillisecond();
    await shop.handle(happened);
  }
  await nextMillisecond();
}

async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await waitFor('the next millisecond', () => Date.now() > now);
}

async function statementsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const counted = countStatements();
  const traceparent = `00-${newId().replaceAll('-', '')}-${'ab'.repeat(8)}-01`;
  try {
    await withTraceparent(traceparent, work);
    return counted.of(traceIdOf(traceparent) ?? '');
  } finally {
    counted.stop();
  }
}

describe('the events of an order', () => {
  test('are its own and those of others, each with publisher, time and trace', async () => {
    const { id, placedAt } = await shop.place();
    const reserved = { ...events.reserved(id), traceparent: `00-${'12'.repeat(16)}-${'34'.repeat(8)}-01` };

    await shop.handle(reserved);

    const [created, heard, said] = await shop.events(id);
    const told = await shop.told(id);
    expect(created).toMatchObject({ id: told[0]?.id, type: 'order.created', service: 'order', at: placedAt, note: null });
    expect(created?.traceId).toBe(traceIdOf(told[0]?.traceparent));
    expect(heard).toMatchObject({
      id: reserved.id,
      type: 'inventory.reserved',
      service: 'product',
      at: new Date(reserved.time),
      note: null,
    });
    expect(said).toMatchObject({ id: told[1]?.id, type: 'order.awaiting-payment', service: 'order', traceId: '12'.repeat(16) });
    expect(heard?.traceId).toBe('12'.repeat(16));
    for (const event of [created, heard, said]) expect(Math.abs(Date.now() - (event?.recordedAt.getTime() ?? 0))).toBeLessThan(60_000);
  });

  test('cover a refunded sale from its first event to its last', async () => {
    const { id } = await shop.place();

    await happen(
      () => events.reserved(id),
      () => events.charged(id),
    );
    await refundOrder(shop.deps, admin, { orderId: id });
    await happen(
      () => events.released(id),
      () => events.refunded(id),
    );

    expect(await story(id)).toEqual([
      'order.created',
      'inventory.reserved',
      'order.awaiting-payment',
      'payment.succeeded: 25.99 EUR',
      'order.paid',
      'order.refunded',
      'inventory.released',
      'payment.refunded: 25.99 EUR',
    ]);
  });

  test('have the reason of a cancelled order', async () => {
    const [scarce, declined] = [await shop.place(), await shop.place()];

    await happen(
      () => events.notReserved(scarce.id),
      () => events.reserved(declined.id),
      () => events.declined(declined.id),
    );

    expect((await story(scarce.id)).slice(1)).toEqual(['inventory.reservation-failed: OUT_OF_STOCK', 'order.cancelled: OUT_OF_STOCK']);
    expect((await story(declined.id)).slice(-2)).toEqual(['payment.failed: CARD_DECLINED', 'order.cancelled: PAYMENT_DECLINED']);
  });

  test('keep what comes too late to move anything', async () => {
    const customer = aCustomer();
    const { id } = await shop.place(customer);
    await cancelOrder(shop.deps, customer, { orderId: id });

    await shop.handle(...withTimeout(events.reserved(id), events.charged(id)));

    expect(await shop.state(id)).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect((await story(id)).slice(-3)).toEqual(['order.cancelled: BY_CUSTOMER', 'inventory.reserved', 'payment.succeeded: 25.99 EUR']);
  });

  test('are recorded once, however often and in whatever order they arrive, and listed in the order in which they happened', async () => {
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 0, 2],
    ]) {
      const { id } = await shop.place();
      const heard = withTimeout(events.reserved(id), events.charged(id), events.released(id), events.refunded(id));
      const shuffled = order.flatMap((at) => heard[at] ?? []);

      await shop.handle(...shuffled, ...shuffled);

      const kept = (await shop.events(id)).filter(({ service }) => service !== 'order');
      expect(kept.map((event) => event.id)).toEqual(heard.map((event) => event.id));
      const said = (await shop.events(id)).filter(({ service }) => service === 'order');
      expect(said.map((event) => event.id)).toEqual((await shop.told(id)).map((event) => event.id));
    }
  });

  test('of an unknown order are not kept, and disturb no others', async () => {
    const { id } = await shop.place();
    const unknown = newId();

    await shop.database.transaction((sql) => recordOnly(sql, [events.released(unknown), events.released(id)]));
    await shop.handle(events.refunded(unknown), events.charged(unknown));

    expect(await story(id)).toEqual(['order.created', 'inventory.released']);
    expect(await shop.events(unknown)).toEqual([]);
  });

  test.each(['', 'yesterday', '+275760-09-13T00:00:00.000Z'])('are kept as of now when their time is "%s"', async (time) => {
    const { id } = await shop.place();

    await shop.handle({ ...events.reserved(id), time });

    const kept = (await shop.events(id)).find(({ type }) => type === 'inventory.reserved');
    expect(kept?.at).toEqual(kept?.recordedAt);
    expect(await shop.state(id)).toMatchObject({ status: 'AWAITING_PAYMENT' });
  });

  test('are undone with what they moved', async () => {
    const { id } = await shop.place();

    const failed = shop.database.transaction(async (sql) => {
      await moveOrders(shop.deps, sql, [events.reserved(id)]);
      throw new Error('undo');
    });

    await expect(failed).rejects.toThrow('undo');
    expect(await story(id)).toEqual(['order.created']);
  });

  test('are for admins only', async () => {
    const customer = aCustomer();
    const { id } = await shop.place(customer);

    expect(await findEvents(shop.deps, customer, [id])).toBeNull();
    expect(await findEvents(shop.deps, guest, [id])).toBeNull();
    expect((await findEvents(shop.deps, admin, [id]))?.get(id)).toHaveLength(1);
  });
});

describe('the statements', () => {
  const writes = (statements: readonly string[]) => statements.filter((text) => /\b(INSERT|UPDATE)\b/.test(text));

  test('that place an order are one, its event included', async () => {
    expect(writes(await statementsOf(() => shop.place()))).toHaveLength(1);
  });

  test.each([1, 40])('that move a batch of %i orders, publish that and record the events are two', async (many) => {
    const ids = await Promise.all(Array.from({ length: many }, async () => (await shop.place()).id));

    const statements = await statementsOf(() => shop.database.transaction((sql) => moveOrders(shop.deps, sql, ids.map(events.reserved))));

    expect(statements).toHaveLength(2);
    for (const id of ids) expect(await story(id)).toEqual(['order.created', 'inventory.reserved', 'order.awaiting-payment']);
  });

  test('that keep a batch of events which move nothing are one', async () => {
    const ids = [(await shop.place()).id, (await shop.place()).id, newId()];

    expect(await statementsOf(() => shop.database.transaction((sql) => recordOnly(sql, ids.map(events.released))))).toHaveLength(1);
  });
});
