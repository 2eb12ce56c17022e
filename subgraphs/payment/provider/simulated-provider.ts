import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, isTransientDatabaseError } from '#platform/postgres/database.ts';
import { groupCalls } from '../group-calls.ts';
import { type FaultSwitches, FaultSwitchStore, type Faults } from './fault-switches.ts';
import { closeKey, findCharge, forgetKeys, type LedgerCharge, type LedgerRow, readLedger, recordCharges, recordRefund } from './ledger.ts';
import { type ChargeAnswer, type ChargeRequest, type DeclineCode, type PaymentProvider, ProviderError } from './provider.ts';
import { declineMessages, type TestCard, testCards } from './test-cards.ts';

export type SimulatedProviderOptions = {
  /** The provider's own: its ledger, and its fault switches. */
  database: Database;
  newId(): string;
  now(): Date;
  /** 0 to 1, as Math.random. */
  random(): number;
  /** How long the slow card takes. */
  slowMs: number;
  /** How long nothing is said of the silent card. */
  silentMs: number;
};

export type SimulatedProvider = PaymentProvider & {
  faults(): Promise<FaultSwitches>;
  /** What is left out stays. Other processes follow within a second. */
  setFaults(changes: Partial<Faults>): Promise<FaultSwitches>;
  /** Forgets the idempotency keys of more than a day ago; the ledger forgets nothing. Resolves to how many. */
  forgetOldKeys(): Promise<number>;
};

const refundsFail = 'Refunds cannot be made at the moment.';
const keysRememberedMs = 24 * 60 * 60 * 1000;

/**
 * A provider that moves no money but keeps a true ledger of what it was asked to move, in a database of its own. All it knows is
 * in there, so that it survives the process it runs in as a real one would; charges that arrive together share one commit.
 */
export function createSimulatedProvider(options: SimulatedProviderOptions): SimulatedProvider {
  const { database, newId, now, random } = options;
  const cards = new Map(testCards.map((card) => [card.id, card]));
  const switches = new FaultSwitchStore(database, now);
  const record = groupCalls((charges: readonly LedgerCharge[]) => recordCharges(database, charges));
  const happens = (rate: number) => rate > 0 && random() < rate;

  /** The way to the provider and back. What has reached the provider is done, whether or not somebody still waits for the answer. */
  async function overTheNetwork<T>(signal: AbortSignal, work: (faults: Faults) => Promise<T>): Promise<T> {
    const answer = async () => {
      const faults = await switches.current();
      if (faults.delayMs > 0) await sleep(faults.delayMs, undefined, { ref: false });
      if (happens(faults.repeatRate)) await work(faults);
      const done = await work(faults);
      return happens(faults.lostAnswerRate) ? never<T>(signal) : done;
    };
    signal.throwIfAborted();
    return Promise.race([answer(), never<T>(signal)]);
  }

  async function until(moment: Date, signal: AbortSignal): Promise<void> {
    // a timer may end a millisecond early
    for (let waitMs = moment.getTime() - now().getTime(); waitMs > 0; waitMs = moment.getTime() - now().getTime()) {
      await sleep(waitMs, undefined, { ref: false, signal });
    }
  }

  function newCharge(request: ChargeRequest, card: TestCard, faults: Faults): LedgerCharge {
    const createdAt = now();
    const after = (ms: number) => new Date(createdAt.getTime() + ms);
    return {
      id: newId(),
      ...request,
      declineCode: card.declines ?? (happens(faults.declineRate) ? 'CARD_DECLINED' : null),
      createdAt,
      settlesAt: after(card.isSlow ? options.slowMs : 0),
      silentUntil: after(card.isSilent ? options.silentMs : 0),
    };
  }

  function answerOf(charge: LedgerCharge): ChargeAnswer {
    if (charge.settlesAt > now()) return { status: 'PROCESSING' };
    if (charge.declineCode === null) return { status: 'SUCCEEDED', chargeId: charge.id };
    return { status: 'DECLINED', code: charge.declineCode, message: declineMessages[charge.declineCode] };
  }

  return {
    methods: testCards.map(({ id, label, behaviour }) => ({ id, label, behaviour })),

    charge: (request, signal) =>
      overTheNetwork(signal, async (faults) => {
        const card = cards.get(request.methodId);
        if (card === undefined) throw new ProviderError('REFUSED', 'There is no such way to pay.');
        const { charge, isNew } = await record(newCharge(request, card, faults));
        if (charge === null) return { status: 'CANCELLED' };
        assertSame(request, charge);
        if (isNew && card.losesAnswer) return never(signal);
        await until(charge.silentUntil, signal);
        await until(charge.settlesAt, signal);
        return answerOf(charge);
      }),

    find: (idempotencyKey, signal) =>
      overTheNetwork(signal, async () => {
        const charge = await findCharge(database, idempotencyKey);
        if (charge === null) return null;
        await until(charge.silentUntil, signal);
        return answerOf(charge);
      }),

    cancel: (idempotencyKey, signal) =>
      overTheNetwork(signal, async () => {
        const charge = await closeKey(database, idempotencyKey, now());
        if (charge === null) return { status: 'CANCELLED' };
        await until(charge.silentUntil, signal);
        return answerOf(charge);
      }),

    refund: (request, signal) =>
      overTheNetwork(signal, async () => {
        const failsFirst = (charge: LedgerCharge) => cards.get(charge.methodId)?.failsFirstRefund === true;
        const result = await recordRefund(database, { id: newId(), ...request }, now(), failsFirst);
        if (result.status === 'DONE') return { refundId: result.refundId };
        if (result.status === 'REFUSED') throw new ProviderError('REFUSED', result.reason);
        throw new ProviderError('UNAVAILABLE', refundsFail);
      }),

    // its books are open even while its calls get lost: who looks into them is no customer
    async ledger(chargeKeys, signal) {
      signal.throwIfAborted();
      const rows = await Promise.race([readLedger(database, chargeKeys, now()).catch(unavailable), never<LedgerRow[]>(signal)]);
      return rows.map(({ declineCode, ...entry }) => ({ ...entry, note: noteOf(entry, declineCode) }));
    },

    faults: () => switches.read(),
    setFaults: (changes) => switches.set(changes),

    forgetOldKeys: () => forgetKeys(database, new Date(now().getTime() - keysRememberedMs)),
  };
}

function assertSame(request: ChargeRequest, charge: LedgerCharge): void {
  if (request.amount === charge.amount && request.currency === charge.currency && request.methodId === charge.methodId) return;
  throw new ProviderError('REFUSED', 'This key was used for another charge.');
}

function noteOf({ outcome }: Pick<LedgerRow, 'outcome'>, declineCode: DeclineCode | null): string | null {
  if (outcome === 'DECLINED' && declineCode !== null) return declineMessages[declineCode];
  return outcome === 'FAILED' ? refundsFail : null;
}

function unavailable(error: unknown): never {
  if (!isTransientDatabaseError(error)) throw error;
  throw new ProviderError('UNAVAILABLE', 'The ledger cannot be read at the moment.', { cause: error });
}

/** Rejects when the caller gives up; until then nothing happens. */
function never<T>(signal: AbortSignal): Promise<T> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
