import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cutOthers } from '#tests/support/postgres.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { takeDuePayments } from '../due-payments.ts';
import { type Checkout, createOrder, createProvider, instead, type Order, openCheckout, say } from './fixture.ts';

let shop: Checkout;
beforeAll(async () => {
  shop = await openCheckout();
});
afterAll(() => shop.close());

/** Numbers from 0 to 1 that come alike each time: the linear congruential generator of Numerical Recipes. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function chargeable(methodId: string) {
  const order = createOrder({ methodId });
  await shop.handle(say.created(order), say.reserved(order));
  return order;
}

describe('a charge', () => {
  test('is captured once and published once', async () => {
    const order = await chargeable('card-ok');

    await shop.settle();

    expect(await shop.payment(order)).toMatchObject({ status: 'CAPTURED', amount: 4200, next_attempt_at: null });
    expect(await shop.said(order)).toEqual(['payment.succeeded']);
    expect(await shop.charges(order)).toEqual([{ idempotency_key: order.orderId, outcome: 'SUCCEEDED', amount: 4200, refunded_amount: 0 }]);
  });

  test.each([
    ['card-declined', 'CARD_DECLINED'],
    ['card-insufficient-funds', 'INSUFFICIENT_FUNDS'],
  ])('of %s fails with %s', async (methodId, code) => {
    const order = await chargeable(methodId);

    await shop.settle();

    expect(await shop.payment(order)).toMatchObject({ status: 'DECLINED', failure_code: code });
    expect(await shop.said(order)).toEqual(['payment.failed']);
  });

  test('of a way to pay that does not exist fails, and the provider is not asked', async () => {
    const order = await chargeable('bitcoin');

    await shop.settle();

    expect(await shop.payment(order)).toMatchObject({ status: 'DECLINED', failure_code: 'UNKNOWN_METHOD' });
    expect(await shop.said(order)).toEqual(['payment.failed']);
    expect(await shop.charges(order)).toEqual([]);
  });

  test('whose answer is lost is asked about, and not made again', async () => {
    const order = await chargeable('card-answer-lost');

    await shop.settle({ timeoutMs: 30 });

    expect(await shop.payment(order)).toMatchObject({ status: 'CAPTURED' });
    expect(await shop.said(order)).toEqual(['payment.succeeded']);
    expect(await shop.charges(order)).toHaveLength(1);
  });

  test('that takes longer than a call is captured when it is done', async () => {
    const order = await chargeable('card-slow');
    const worker = shop.work({ timeoutMs: 30 });
    await waitFor('the provider to have it', async () => (await shop.charges(order)).length === 1);

    shop.clock.advance(3000);
    await shop.untilSettled();

    expect(await shop.said(order)).toEqual(['payment.succeeded']);
    expect(await shop.charges(order)).toHaveLength(1);
    await worker.stop();
  });

  test('that never reached the provider is made later, under the same key', async () => {
    const order = await chargeable('card-ok');
    let failures = 2;
    const provider = instead(shop.provider, {
      charge: (request, signal) => (failures-- > 0 ? Promise.reject(new Error('no route to host')) : shop.provider.charge(request, signal)),
    });

    await shop.settle({ provider });

    expect(await shop.said(order)).toEqual(['payment.succeeded']);
    expect(await shop.charges(order)).toHaveLength(1);
  });

  test('is not tried before the stock is held', async () => {
    const order = createOrder();
    await shop.handle(say.created(order));

    await shop.settle();

    expect(await shop.payment(order)).toMatchObject({ status: 'EXPECTED' });
    expect(await shop.charges(order)).toEqual([]);
  });
});

describe('an order that ends', () => {
  test('before its stock was held is void, and never charged', async () => {
    const order = createOrder();
    await shop.handle(say.created(order), say.cancelled(order), say.reserved(order));

    await shop.settle();

    expect(await shop.payment(order)).toMatchObject({ status: 'VOIDED' });
    expect(await shop.said(order)).toEqual([]);
    expect(await shop.charges(order)).toEqual([]);
  });

  test('between being chargeable and being charged is void', async () => {
    const order = await chargeable('card-ok');
    await shop.handle(say.cancelled(order));

    await shop.settle();

    expect(await shop.payment(order)).toMatchObject({ status: 'VOIDED' });
    expect(await shop.charges(order)).toEqual([]);
  });

  test('while it is being charged gets its money back, and both are published', async () => {
    const order = await chargeable('card-slow');
    const worker = shop.work();
    await waitFor('the provider to have it', async () => (await shop.charges(order)).length === 1);

    await shop.handle(say.cancelled(order));
    worker.wake();
    shop.clock.advance(3000);
    await shop.untilSettled();

    expect(await shop.payment(order)).toMatchObject({ status: 'REFUNDED' });
    expect(await shop.refunds(order)).toEqual([{ status: 'SUCCEEDED', amount: 4200 }]);
    expect(await shop.said(order)).toEqual(['payment.succeeded', 'payment.refunded']);
    expect(await shop.charges(order)).toMatchObject([{ refunded_amount: 4200 }]);
    await worker.stop();
  });

  test('while the provider is silent gets its money back when it turns out to have been charged', async () => {
    const order = await chargeable('card-silent');
    const worker = shop.work({ timeoutMs: 20 });
    await waitFor('the provider to have it', async () => (await shop.charges(order)).length === 1);
    await shop.handle(say.cancelled(order));
    worker.wake();
    expect(await shop.payment(order)).toMatchObject({ status: 'CHARGING' });

    shop.clock.advance(60_000);
    await shop.endLeases();
    await shop.untilSettled();

    expect(await shop.payment(order)).toMatchObject({ status: 'REFUNDED' });
    expect(await shop.charges(order)).toMatchObject([{ refunded_amount: 4200 }]);
    await worker.stop();
  });

  test('with a charge still on its way to the provider is void, and the charge is not made', async () => {
    const order = await chargeable('card-ok');
    const underWay: (() => Promise<unknown>)[] = [];
    const provider = instead(shop.provider, {
      charge(request, signal) {
        underWay.push(() => shop.provider.charge(request, AbortSignal.timeout(1000)));
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    const worker = shop.work({ provider, timeoutMs: 5000 });
    await waitFor('the charge to be under way', () => underWay.length === 1);
    await shop.handle(say.cancelled(order));
    worker.wake();
    await shop.untilSettled();

    const late = await underWay[0]?.();

    expect(late).toEqual({ status: 'CANCELLED' });
    expect(await shop.payment(order)).toMatchObject({ status: 'VOIDED' });
    expect(await shop.said(order)).toEqual([]);
    expect(await shop.charges(order)).toEqual([]);
    await worker.stop();
  });

  test('after it was paid is refunded, again and again until the provider does it', async () => {
    const order = await chargeable('card-refund-fails-once');
    await shop.settle();

    await shop.handle(say.refunded(order));
    expect(await shop.refunds(order)).toEqual([{ status: 'REQUESTED', amount: 4200 }]);
    await shop.settle();

    expect(await shop.payment(order)).toMatchObject({ status: 'REFUNDED' });
    expect(await shop.refunds(order)).toEqual([{ status: 'SUCCEEDED', amount: 4200 }]);
    expect(await shop.said(order)).toEqual(['payment.succeeded', 'payment.refunded']);
    expect(await shop.charges(order)).toMatchObject([{ refunded_amount: 4200 }]);
  });

  test('after its card was declined changes nothing', async () => {
    const order = await chargeable('card-declined');
    await shop.settle();

    await shop.handle(say.cancelled(order));
    await shop.settle();

    expect(await shop.payment(order)).toMatchObject({ status: 'DECLINED' });
    expect(await shop.said(order)).toEqual(['payment.failed']);
    expect(await shop.refunds(order)).toEqual([]);
  });
});

describe('a worker that dies', () => {
  const died = () => new Promise<never>(() => {});

  test('after it took up the payment: the next one charges', async () => {
    const order = await chargeable('card-ok');
    await takeDuePayments(shop.database, 10, 60_000);

    await shop.endLeases();
    await shop.settle();

    expect(await shop.said(order)).toEqual(['payment.succeeded']);
    expect(await shop.charges(order)).toHaveLength(1);
  });

  test('after the provider charged: the next one learns of the charge', async () => {
    const order = await chargeable('card-ok');
    const [payment] = await takeDuePayments(shop.database, 10, 60_000);
    await shop.provider.charge(
      { idempotencyKey: order.orderId, amount: payment?.amount ?? 0, currency: 'EUR', methodId: 'card-ok' },
      AbortSignal.timeout(1000),
    );

    await shop.endLeases();
    await shop.settle({ provider: instead(shop.provider, { charge: died }) });

    expect(await shop.said(order)).toEqual(['payment.succeeded']);
    expect(await shop.charges(order)).toHaveLength(1);
  });

  test('after the provider charged an order that has ended: the next one refunds', async () => {
    const order = await chargeable('card-ok');
    await takeDuePayments(shop.database, 10, 60_000);
    await shop.provider.charge(
      { idempotencyKey: order.orderId, amount: 4200, currency: 'EUR', methodId: 'card-ok' },
      AbortSignal.timeout(1000),
    );
    await shop.handle(say.cancelled(order));

    await shop.settle();

    expect(await shop.payment(order)).toMatchObject({ status: 'REFUNDED' });
    expect(await shop.charges(order)).toMatchObject([{ refunded_amount: 4200 }]);
  });

  test('after the provider cancelled: the next one voids', async () => {
    const order = await chargeable('card-ok');
    await takeDuePayments(shop.database, 10, 60_000);
    await shop.handle(say.cancelled(order));
    await takeDuePayments(shop.database, 10, 60_000);
    await shop.provider.cancel(order.orderId, AbortSignal.timeout(1000));

    await shop.endLeases();
    await shop.settle();

    expect(await shop.payment(order)).toMatchObject({ status: 'VOIDED' });
    expect(await shop.charges(order)).toEqual([]);
  });

  test('after the provider refunded: the next one saves it, and nothing is refunded twice', async () => {
    const order = await chargeable('card-ok');
    await shop.settle();
    await shop.handle(say.refunded(order));
    const [payment] = await takeDuePayments(shop.database, 10, 60_000);
    const { refundId: idempotencyKey, providerChargeId: chargeId } = payment ?? {};
    await shop.provider.refund({ idempotencyKey: idempotencyKey ?? '', chargeId: chargeId ?? '', amount: 4200 }, AbortSignal.timeout(1000));

    await shop.endLeases();
    await shop.settle();

    expect(await shop.said(order)).toEqual(['payment.succeeded', 'payment.refunded']);
    expect(await shop.charges(order)).toMatchObject([{ refunded_amount: 4200 }]);
  });

  test('gently, in the middle of a call: the next one goes on at once', async () => {
    const order = await chargeable('card-answer-lost');
    const worker = shop.work({ timeoutMs: 60_000 });
    await waitFor('the provider to have it', async () => (await shop.charges(order)).length === 1);

    await worker.stop();
    await shop.settle();

    expect(await shop.said(order)).toEqual(['payment.succeeded']);
  });
});

describe('a worker whose database connections are cut', () => {
  test('goes on by itself, and charges once', async () => {
    const order = await chargeable('card-ok');
    let cuts = 0;
    const provider = instead(shop.provider, {
      async charge(request, signal) {
        const answer = await shop.provider.charge(request, signal);
        cuts += 1;
        await Promise.all([shop.database.query(cutOthers), shop.ledger.query(cutOthers)]);
        return answer;
      },
    });

    await shop.settle({ provider });

    expect(cuts).toBe(1);
    expect(await shop.said(order)).toEqual(['payment.succeeded']);
    expect(await shop.charges(order)).toHaveLength(1);
  });
});

describe('many workers', () => {
  const captured = { status: 'CAPTURED', said: ['payment.succeeded'], charged: [4200] };
  const refunded = { status: 'REFUNDED', said: ['payment.succeeded', 'payment.refunded'], charged: [0] };
  const voided = { status: 'VOIDED', said: [], charged: [] };

  async function storyOf(order: Order) {
    const charges = await shop.charges(order);
    const charged = charges.map(({ outcome, amount, refunded_amount: back }) => (outcome === 'SUCCEEDED' ? amount - back : 0));
    return { status: (await shop.payment(order)).status, said: await shop.said(order), charged };
  }

  /** All leases end again and again; in the middle of it `disturb` happens. */
  async function workInDisorder(count: number, disturb: () => Promise<void>) {
    const workers = Array.from({ length: count }, () => shop.work());
    for (const round of Array(10).keys()) {
      if (round === 3) await disturb();
      await shop.endLeases();
      for (const worker of workers) worker.wake();
    }
    await shop.untilSettled();
    await Promise.all(workers.map((worker) => worker.stop()));
  }

  test('charge and refund each order once, even when leases end under their hands', async () => {
    const cards = ['card-ok', 'card-ok', 'card-refund-fails-once', 'card-ok'];
    const orders = Array.from({ length: 60 }, (_, index) => createOrder({ methodId: cards[index % cards.length] ?? '' }));
    await shop.handleTogether(orders.map(say.created));
    await shop.handleTogether(orders.map(say.reserved));
    const ended = orders.filter((_, index) => index % 3 === 0);

    await workInDisorder(20, () => shop.handleTogether(ended.map(say.cancelled)));

    for (const order of orders) expect(ended.includes(order) ? [voided, refunded] : [captured]).toContainEqual(await storyOf(order));
  });

  test('charge and refund each order once with all fault switches on: declines, delays, lost answers and repeats', async () => {
    const orders = Array.from({ length: 40 }, () => createOrder());
    const ended = new Set(orders.filter((_, index) => index % 3 === 0));
    const provider = createProvider(shop.ledger, { random: dice(7) });
    await provider.setFaults({ declineRate: 0.3, delayMs: 5, lostAnswerRate: 0.3, repeatRate: 0.3 });
    const workers = [1, 2, 3].map(() => shop.work({ provider, timeoutMs: 150 }));
    await shop.handleTogether(orders.map(say.created));
    await shop.handleTogether(orders.map(say.reserved));
    for (const worker of workers) worker.wake();
    const someCaptured = "SELECT 1 FROM payments WHERE status = 'CAPTURED' AND order_id = ANY($1)";
    await waitFor(
      'the first charges',
      async () => (await shop.database.query(someCaptured, [orders.map(({ orderId }) => orderId)])).count > 0,
    );
    await shop.handleTogether([...ended].map(say.cancelled));

    await waitFor('every payment to be settled', async () => {
      // no test here waits for retries
      await shop.endLeases();
      return (await shop.database.query('SELECT 1 FROM payments WHERE next_attempt_at IS NOT NULL LIMIT 1')).count === 0;
    });
    await Promise.all(workers.map((worker) => worker.stop()));
    await provider.setFaults({ declineRate: 0, delayMs: 0, lostAnswerRate: 0, repeatRate: 0 });

    const declined = { status: 'DECLINED', said: ['payment.failed'], charged: [0] };
    for (const order of orders)
      expect(ended.has(order) ? [voided, refunded, declined] : [captured, declined]).toContainEqual(await storyOf(order));
    const statuses = await Promise.all(orders.map(async (order) => (await shop.payment(order)).status));
    expect(statuses).toEqual(expect.arrayContaining(['CAPTURED', 'DECLINED', 'REFUNDED']));
  });
});
