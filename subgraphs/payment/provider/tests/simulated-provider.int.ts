import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { createClock, createProvider, openProviderDatabase } from '../../tests/fixture.ts';
import type { Faults } from '../fault-switches.ts';
import type { ChargeAnswer, ChargeRequest } from '../provider.ts';
import { testCards } from '../test-cards.ts';

let opened: Awaited<ReturnType<typeof openProviderDatabase>>;
beforeAll(async () => {
  opened = await openProviderDatabase();
});
afterAll(() => opened.drop());

const patiently = () => AbortSignal.timeout(5000);

function request(methodId = 'card-ok', changes: Partial<ChargeRequest> = {}): ChargeRequest {
  return { idempotencyKey: newId(), amount: 4200, currency: 'EUR', methodId, ...changes };
}

async function charged(idempotencyKey: string) {
  const { rows } = await opened.database.query('SELECT id FROM charges WHERE idempotency_key = $1', [idempotencyKey]);
  return rows.length;
}

function chargeIdOf(answer: ChargeAnswer | null): string {
  if (answer?.status !== 'SUCCEEDED') throw new Error(`it was not charged: ${JSON.stringify(answer)}`);
  return answer.chargeId;
}

/** How many statements like this the database is asked from now on, until the test ends. */
function countQueries(pattern: RegExp): () => number {
  const { query } = opened.database;
  let count = 0;
  opened.database.query = (text, ...rest) => {
    if (pattern.test(text)) count += 1;
    return query(text, ...rest);
  };
  restore = () => {
    opened.database.query = query;
  };
  return () => count;
}
let restore = () => {};
afterEach(() => restore());

/** Calls, waits until the provider has the charge and has answered others meanwhile, and gives up. */
async function givenUp<T>(key: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const answer = call(controller.signal);
  const settled = answer.then(
    () => undefined,
    () => undefined,
  );
  await waitFor('the charge to arrive', async () => (await charged(key)) === 1);
  const another = createProvider(opened.database);
  for (let round = 0; round < 3; round += 1) await Promise.race([settled, another.ledger([key], patiently())]);
  controller.abort(new Error('given up'));
  return answer;
}

describe('a charge', () => {
  test('is made once per key, and answered alike each time', async () => {
    const provider = createProvider(opened.database);
    const once = request();

    const answers = await Promise.all(Array.from({ length: 20 }, () => provider.charge(once, patiently())));

    expect(new Set(answers.map(chargeIdOf)).size).toBe(1);
    expect(await provider.charge(once, patiently())).toEqual(answers[0]);
    expect(await provider.find(once.idempotencyKey, patiently())).toEqual(answers[0]);
    expect(await charged(once.idempotencyKey)).toBe(1);
  });

  test('is made once per key by several processes of the provider', async () => {
    const once = request();

    const answers = await Promise.all(Array.from({ length: 10 }, () => createProvider(opened.database).charge(once, patiently())));

    expect(new Set(answers.map(chargeIdOf)).size).toBe(1);
    expect(await charged(once.idempotencyKey)).toBe(1);
  });

  test.each([{ amount: 1 }, { methodId: 'card-slow' }, { currency: 'USD' }])('under a used key with %j is rejected', async (change) => {
    const provider = createProvider(opened.database);
    const first = request();
    await provider.charge(first, patiently());

    await expect(provider.charge({ ...first, ...change }, patiently())).rejects.toMatchObject({ kind: 'REJECTED' });
  });

  test('of an unknown way to pay is rejected', async () => {
    await expect(createProvider(opened.database).charge(request('bitcoin'), patiently())).rejects.toMatchObject({ kind: 'REJECTED' });
  });

  test.each([
    ['card-declined', 'CARD_DECLINED'],
    ['card-insufficient-funds', 'INSUFFICIENT_FUNDS'],
  ])('of %s is declined, with %s, for good', async (methodId, code) => {
    const provider = createProvider(opened.database);
    const declined = request(methodId);

    expect(await provider.charge(declined, patiently())).toMatchObject({ status: 'DECLINED', code });
    expect(await provider.charge(declined, patiently())).toMatchObject({ status: 'DECLINED', code });
    expect(await provider.find(declined.idempotencyKey, patiently())).toMatchObject({ status: 'DECLINED', code });
  });

  test('of the slow card is being processed, then made', async () => {
    const clock = createClock();
    const provider = createProvider(opened.database, { now: clock.now });
    const slow = request('card-slow');
    await expect(givenUp(slow.idempotencyKey, (signal) => provider.charge(slow, signal))).rejects.toThrow('given up');
    expect(await provider.find(slow.idempotencyKey, patiently())).toEqual({ status: 'PROCESSING' });

    clock.advance(3000);

    chargeIdOf(await provider.find(slow.idempotencyKey, patiently()));
  });

  test('of the slow card is answered to who waits', async () => {
    chargeIdOf(await createProvider(opened.database, { slowMs: 30 }).charge(request('card-slow'), patiently()));
  });

  test('whose answer is lost is found', async () => {
    const provider = createProvider(opened.database);
    const lost = request('card-answer-lost');
    await expect(givenUp(lost.idempotencyKey, (signal) => provider.charge(lost, signal))).rejects.toThrow('given up');

    chargeIdOf(await provider.find(lost.idempotencyKey, patiently()));
  });

  test('of the silent card is reported by no call before the silence ends', async () => {
    const clock = createClock();
    const provider = createProvider(opened.database, { now: clock.now });
    const silent = request('card-silent');
    await expect(givenUp(silent.idempotencyKey, (signal) => provider.charge(silent, signal))).rejects.toThrow('given up');
    await expect(givenUp(silent.idempotencyKey, (signal) => provider.find(silent.idempotencyKey, signal))).rejects.toThrow('given up');
    await expect(givenUp(silent.idempotencyKey, (signal) => provider.cancel(silent.idempotencyKey, signal))).rejects.toThrow('given up');

    clock.advance(60_000);

    chargeIdOf(await provider.cancel(silent.idempotencyKey, patiently()));
    chargeIdOf(await provider.find(silent.idempotencyKey, patiently()));
  });

  test('that was never asked for is not found', async () => {
    expect(await createProvider(opened.database).find(newId(), patiently())).toBeNull();
  });
});

describe('a key', () => {
  test('that was cancelled charges nothing', async () => {
    const provider = createProvider(opened.database);
    const late = request();

    expect(await provider.cancel(late.idempotencyKey, patiently())).toEqual({ status: 'CANCELLED' });
    expect(await provider.charge(late, patiently())).toEqual({ status: 'CANCELLED' });
    expect(await provider.cancel(late.idempotencyKey, patiently())).toEqual({ status: 'CANCELLED' });
    expect(await charged(late.idempotencyKey)).toBe(0);
  });

  test('that is charged and cancelled at once is one of the two, and both callers know which', async () => {
    const pairs = await Promise.all(
      Array.from({ length: 40 }, () => {
        const once = request();
        const charge = createProvider(opened.database).charge(once, patiently());
        const cancel = createProvider(opened.database).cancel(once.idempotencyKey, patiently());
        return Promise.all([charge, cancel]);
      }),
    );

    for (const [charge, cancel] of pairs) expect(cancel).toEqual(charge);
  });

  test('is forgotten after a day, but its charge is not', async () => {
    const clock = createClock();
    const provider = createProvider(opened.database, { now: clock.now });
    const once = request();
    const first = await provider.charge(once, patiently());

    clock.advance(23 * 60 * 60 * 1000);
    await provider.forgetOldKeys();
    expect(await provider.charge(once, patiently())).toEqual(first);
    clock.advance(2 * 60 * 60 * 1000);
    await provider.forgetOldKeys();

    expect(await provider.find(once.idempotencyKey, patiently())).toEqual(first);
    expect(await provider.cancel(once.idempotencyKey, patiently())).toEqual(first);
    expect(await charged(once.idempotencyKey)).toBe(1);
  });
});

describe('a refund', () => {
  test('is made once per key, by many callers at once, too', async () => {
    const provider = createProvider(opened.database);
    const chargeId = chargeIdOf(await provider.charge(request(), patiently()));
    const refund = { idempotencyKey: newId(), chargeId, amount: 4200 };

    const answers = await Promise.all(Array.from({ length: 10 }, () => provider.refund(refund, patiently())));

    expect(new Set(answers.map(({ refundId }) => refundId)).size).toBe(1);
  });

  test('of more than was charged, or a second one, is rejected', async () => {
    const provider = createProvider(opened.database);
    const chargeId = chargeIdOf(await provider.charge(request(), patiently()));

    await expect(provider.refund({ idempotencyKey: newId(), chargeId, amount: 4201 }, patiently())).rejects.toMatchObject({
      kind: 'REJECTED',
    });
    await provider.refund({ idempotencyKey: newId(), chargeId, amount: 4200 }, patiently());
    await expect(provider.refund({ idempotencyKey: newId(), chargeId, amount: 4200 }, patiently())).rejects.toMatchObject({
      kind: 'REJECTED',
    });
  });

  test('of nothing is rejected', async () => {
    await expect(
      createProvider(opened.database).refund({ idempotencyKey: newId(), chargeId: newId(), amount: 1 }, patiently()),
    ).rejects.toMatchObject({ kind: 'REJECTED' });
  });

  test('of the card that fails first succeeds the second time', async () => {
    const provider = createProvider(opened.database);
    const chargeId = chargeIdOf(await provider.charge(request('card-refund-fails-once'), patiently()));
    const refund = { idempotencyKey: newId(), chargeId, amount: 4200 };

    await expect(provider.refund(refund, patiently())).rejects.toMatchObject({ kind: 'UNAVAILABLE' });

    expect(await provider.refund(refund, patiently())).toEqual({ refundId: expect.any(String) });
  });
});

describe('the books', () => {
  const ledgerOf = (key: string, provider = createProvider(opened.database)) => provider.ledger([key], patiently());

  test('list a charge and its refund, the first one first', async () => {
    const provider = createProvider(opened.database);
    const once = request();
    const chargeId = chargeIdOf(await provider.charge(once, patiently()));
    const { refundId } = await provider.refund({ idempotencyKey: newId(), chargeId, amount: 4200 }, patiently());

    const common = {
      chargeKey: once.idempotencyKey,
      outcome: 'SUCCEEDED',
      amount: 4200,
      currency: 'EUR',
      at: expect.any(Date),
      note: null,
    };
    expect(await ledgerOf(once.idempotencyKey)).toEqual([
      { ...common, id: chargeId, kind: 'CHARGE' },
      { ...common, id: refundId, kind: 'REFUND' },
    ]);
  });

  test('have why a charge was declined, and which refunds failed, also when all have the same time', async () => {
    const provider = createProvider(opened.database, { now: createClock().now });
    const declined = request('card-insufficient-funds');
    await provider.charge(declined, patiently());
    const once = request('card-refund-fails-once');
    const refund = { idempotencyKey: newId(), chargeId: chargeIdOf(await provider.charge(once, patiently())), amount: 4200 };
    await expect(provider.refund(refund, patiently())).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
    await provider.refund(refund, patiently());

    expect(await ledgerOf(declined.idempotencyKey)).toMatchObject([
      { kind: 'CHARGE', outcome: 'DECLINED', note: 'There is not enough money on the card. Try another one.' },
    ]);
    expect(await ledgerOf(once.idempotencyKey)).toMatchObject([
      { kind: 'CHARGE', outcome: 'SUCCEEDED', note: null },
      { kind: 'REFUND', outcome: 'FAILED', amount: 4200, note: 'Refunds cannot be made at the moment.' },
      { kind: 'REFUND', outcome: 'SUCCEEDED', note: null },
    ]);
  });

  test('list a charge in progress, and are open while its answers are not', async () => {
    const clock = createClock();
    const provider = createProvider(opened.database, { now: clock.now });
    const slow = request('card-slow');
    await expect(givenUp(slow.idempotencyKey, (signal) => provider.charge(slow, signal))).rejects.toThrow('given up');
    await provider.setFaults({ lostAnswerRate: 1 });

    expect(await ledgerOf(slow.idempotencyKey, provider)).toMatchObject([{ outcome: 'PROCESSING' }]);
    clock.advance(3000);
    expect(await ledgerOf(slow.idempotencyKey, provider)).toMatchObject([{ outcome: 'SUCCEEDED' }]);
  });

  test('hold nothing of what was never asked for', async () => {
    expect(await ledgerOf(newId())).toEqual([]);
  });
});

// they are a row of the database that all these tests share
afterEach(() => createProvider(opened.database).setFaults({ declineRate: 0, delayMs: 0, lostAnswerRate: 0, repeatRate: 0 }));

async function faultyProvider(faults: Partial<Faults>) {
  const provider = createProvider(opened.database);
  await provider.setFaults(faults);
  return provider;
}

describe('a fault switch', () => {
  test('stays as it was when it is left out, in every process and after a restart', async () => {
    await faultyProvider({ declineRate: 0.25, delayMs: 10 });
    const changed = await faultyProvider({ declineRate: 0.5 });

    const found = await createProvider(opened.database).faults();

    expect(found).toEqual({ declineRate: 0.5, delayMs: 10, lostAnswerRate: 0, repeatRate: 0, changedAt: expect.any(Date) });
    expect(found).toEqual(await changed.faults());
  });

  test('that is set to what it is already was not changed', async () => {
    const clock = createClock();
    const provider = createProvider(opened.database, { now: clock.now });
    const { changedAt } = await provider.setFaults({ repeatRate: 0.5 });
    clock.advance(1000);

    expect(await provider.setFaults({ repeatRate: 0.5 })).toMatchObject({ changedAt });
    expect(await provider.setFaults({})).toMatchObject({ changedAt });
    expect((await provider.setFaults({ repeatRate: 0.6 })).changedAt?.getTime()).toBeGreaterThanOrEqual((changedAt?.getTime() ?? 0) + 1000);
  });

  test('is followed by another process that is at work', async () => {
    const other = createProvider(opened.database);
    chargeIdOf(await other.charge(request(), patiently()));

    await faultyProvider({ declineRate: 1 });

    await waitFor('the other process to decline', async () => (await other.charge(request(), patiently())).status === 'DECLINED');
  });

  test('is not asked for with every charge', async () => {
    const provider = createProvider(opened.database);
    const asked = countQueries(/fault_switches/);

    for (let charge = 0; charge < 20; charge += 1) await provider.charge(request(), patiently());

    expect(asked()).toBeLessThan(20);
  });

  test('cannot be set to what is no share', async () => {
    await expect(faultyProvider({ declineRate: 1.5 })).rejects.toThrow(/fault_switches_decline_rate_check/);
  });

  test('declines', async () => {
    const provider = await faultyProvider({ declineRate: 1 });

    expect(await provider.charge(request(), patiently())).toMatchObject({ status: 'DECLINED', code: 'CARD_DECLINED' });
  });

  test('loses answers, of what was done', async () => {
    const provider = await faultyProvider({ lostAnswerRate: 1 });
    const lost = request();

    await expect(givenUp(lost.idempotencyKey, (signal) => provider.charge(lost, signal))).rejects.toThrow('given up');

    await provider.setFaults({ lostAnswerRate: 0 });
    chargeIdOf(await provider.find(lost.idempotencyKey, patiently()));
  });

  test('repeats calls, which are done once', async () => {
    const provider = await faultyProvider({ repeatRate: 1 });
    const twice = request();
    const chargeId = chargeIdOf(await provider.charge(twice, patiently()));

    await provider.refund({ idempotencyKey: newId(), chargeId, amount: 4200 }, patiently());

    expect(await charged(twice.idempotencyKey)).toBe(1);
  });

  test('delays calls, and a pending request arrives although its caller has given up', async () => {
    const provider = await faultyProvider({ delayMs: 30 });
    const delayed = request();
    const controller = new AbortController();
    const call = provider.charge(delayed, controller.signal);
    controller.abort(new Error('given up'));
    await expect(call).rejects.toThrow('given up');

    const answer = await provider.charge(delayed, patiently());

    chargeIdOf(answer);
    expect(await charged(delayed.idempotencyKey)).toBe(1);
  });
});

test('every test card has a name and a behaviour of its own', () => {
  expect(testCards.map(({ id }) => id)).toEqual([
    'card-ok',
    'card-declined',
    'card-insufficient-funds',
    'card-slow',
    'card-answer-lost',
    'card-silent',
    'card-refund-fails-once',
  ]);
  for (const field of ['id', 'label', 'behaviour'] as const)
    expect(new Set(testCards.map((card) => card[field])).size).toBe(testCards.length);
});

test('the migrations of the provider and its entities say the same, forward and back', async () => {
  const { database, drop } = await openProviderDatabase();

  const drift = await database.orm.schema.getUpdateSchemaSQL();
  await database.orm.migrator.down({ to: 0 });
  const { rows } = await database.query(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'mikro_orm_migrations'",
  );
  await drop();

  expect(drift.trim()).toBe('');
  expect(rows).toEqual([]);
});
