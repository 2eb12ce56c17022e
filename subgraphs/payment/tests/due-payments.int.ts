import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { type DuePayment, postpone, saveCaptured, saveDeclined, saveRefunded, saveVoided, takeDuePayments } from '../due-payments.ts';
import { type Checkout, createOrder, type Order, openCheckout, say } from './fixture.ts';

let shop: Checkout;
beforeAll(async () => {
  shop = await openCheckout();
});
afterAll(() => shop.close());

async function taken(): Promise<{ order: Order; payment: DuePayment }> {
  const order = createOrder();
  await shop.handle(say.created(order), say.reserved(order));
  return { order, payment: await takenAgain(order) };
}

async function takenAgain(order: Order): Promise<DuePayment> {
  const due = await takeDuePayments(shop.database, 1000, 60_000);
  const payment = due.find(({ orderId }) => orderId === order.orderId);
  if (payment === undefined) throw new Error('it is not due');
  return payment;
}

const failure = { code: 'CARD_DECLINED', message: 'No.' } as const;

const cards = new Map([['card-ok', 'Visa ending in 4242']]);

describe('taking up what is due', () => {
  test('gives each payment to one worker', async () => {
    const orders = Array.from({ length: 30 }, () => createOrder());
    await shop.handleTogether(orders.map(say.created));
    await shop.handleTogether(orders.map(say.reserved));

    const shares = await Promise.all(Array.from({ length: 10 }, () => takeDuePayments(shop.database, 5, 60_000)));

    const ids = shares.flat().map(({ orderId }) => orderId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('remembers that the provider may have been asked', async () => {
    const { order, payment } = await taken();

    await shop.endLeases();

    expect(payment).toMatchObject({ wasAsked: false, attempts: 1, isEnded: false });
    expect(await takenAgain(order)).toMatchObject({ wasAsked: true, attempts: 2, isEnded: false });
  });

  test('restarts, at once, when the order ends', async () => {
    const { order } = await taken();

    await shop.handle(say.cancelled(order));

    expect(await takenAgain(order)).toMatchObject({ wasAsked: true, attempts: 1, isEnded: true });
  });
});

describe('an answer', () => {
  test('that two workers save is published once', async () => {
    const { order, payment } = await taken();

    await Promise.all(Array.from({ length: 5 }, () => saveCaptured(shop.database, [{ payment, chargeId: 'charge-1' }], cards)));

    expect(await shop.said(order)).toEqual(['payment.succeeded']);
  });

  test('that one worker has twice, because its lease ended in between, is published once', async () => {
    const [captured, declined] = [await taken(), await taken()];
    const again = { ...captured.payment, attempts: 2 };

    await saveCaptured(
      shop.database,
      [
        { payment: captured.payment, chargeId: 'charge-1' },
        { payment: again, chargeId: 'charge-1' },
      ],
      cards,
    );
    await saveDeclined(
      shop.database,
      [
        { payment: declined.payment, failure },
        { payment: declined.payment, failure },
      ],
      cards,
    );

    expect(await shop.said(captured.order)).toEqual(['payment.succeeded']);
    expect(await shop.said(declined.order)).toEqual(['payment.failed']);
  });

  test('is saved together with those of other payments, some of which are settled already', async () => {
    const [settled, open] = [await taken(), await taken()];
    await saveDeclined(shop.database, [{ payment: settled.payment, failure }], cards);

    await saveCaptured(
      shop.database,
      [
        { payment: settled.payment, chargeId: 'charge-1' },
        { payment: open.payment, chargeId: 'charge-2' },
      ],
      cards,
    );

    expect(await shop.said(settled.order)).toEqual(['payment.failed']);
    expect(await shop.said(open.order)).toEqual(['payment.succeeded']);
    expect(await shop.payment(settled.order)).toMatchObject({ status: 'DECLINED' });
  });

  test('cannot decline what is captured', async () => {
    const { order, payment } = await taken();
    await saveCaptured(shop.database, [{ payment, chargeId: 'charge-1' }], cards);

    await saveDeclined(shop.database, [{ payment, failure }], cards);

    expect(await shop.payment(order)).toMatchObject({ status: 'CAPTURED' });
    expect(await shop.said(order)).toEqual(['payment.succeeded']);
  });

  test('cannot capture what is void', async () => {
    const { order, payment } = await taken();
    await shop.handle(say.cancelled(order));
    await saveVoided(shop.database, [payment]);

    await saveCaptured(shop.database, [{ payment, chargeId: 'charge-1' }], cards);

    expect(await shop.payment(order)).toMatchObject({ status: 'VOIDED' });
    expect(await shop.said(order)).toEqual([]);
  });

  test('cannot void an order that goes on', async () => {
    const { order, payment } = await taken();

    await saveVoided(shop.database, [payment]);

    expect(await shop.payment(order)).toMatchObject({ status: 'CHARGING' });
  });

  test('of a refund that two workers save is published once', async () => {
    const { order, payment } = await taken();
    await saveCaptured(shop.database, [{ payment, chargeId: 'charge-1' }], cards);
    await shop.handle(say.refunded(order));
    const refundable = await takenAgain(order);
    const refund = { payment: refundable, refundId: refundable.refundId ?? '', providerRefundId: newId() };

    await Promise.all(Array.from({ length: 5 }, () => saveRefunded(shop.database, [refund])));

    expect(await shop.said(order)).toEqual(['payment.succeeded', 'payment.refunded']);
    expect(await shop.refunds(order)).toEqual([{ status: 'SUCCEEDED', amount: 4200 }]);
  });

  test('belongs to the trace of the event that caused it', async () => {
    const order = createOrder();
    const reserved = say.reserved(order);
    await shop.handle(say.created(order), reserved);

    await saveCaptured(shop.database, [{ payment: await takenAgain(order), chargeId: 'charge-1' }], cards);

    const { rows } = await shop.database.query<{ traceparent: string }>(
      `SELECT headers->>'traceparent' AS traceparent FROM outbox WHERE key = $1`,
      [order.orderId],
    );
    expect(rows.map(({ traceparent }) => traceparent.slice(3, 35))).toEqual([reserved.traceparent?.slice(3, 35)]);
  });
});

describe('giving back', () => {
  test('makes it due later', async () => {
    const { order, payment } = await taken();

    await postpone(shop.database, [{ payment, delayMs: 0 }]);

    expect(await takenAgain(order)).toMatchObject({ attempts: 2 });
  });

  test('does not delay what has changed meanwhile', async () => {
    const { order, payment } = await taken();
    await shop.handle(say.cancelled(order));

    await postpone(shop.database, [{ payment, delayMs: 60_000 }]);

    expect(await takenAgain(order)).toMatchObject({ isEnded: true });
  });

  test('does not wake what is settled', async () => {
    const { order, payment } = await taken();
    await saveCaptured(shop.database, [{ payment, chargeId: 'charge-1' }], cards);

    await postpone(shop.database, [{ payment, delayMs: 0 }]);

    expect(await shop.payment(order)).toMatchObject({ next_attempt_at: null });
  });
});
