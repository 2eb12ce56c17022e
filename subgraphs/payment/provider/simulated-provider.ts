import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#platform/postgres/database.ts';
import { isTransientDatabaseError } from '#platform/postgres/errors.ts';
import { groupCalls } from '../group-calls.ts';
import { type FaultSwitches, FaultSwitchStore, type Faults } from './fault-switches.ts';
import {
  closeKey,
  findCharge,
  forgetKeys,
  type KeyRecord,
  type LedgerCharge,
  type LedgerRow,
  readLedger,
  recordCharges,
  recordRefund,
} from './ledger.ts';
import {
  type ChargeAnswer,
  type ChargeRequest,
  type DeclineCode,
  type LedgerEntry,
  type PaymentProvider,
  ProviderError,
  type RefundRequest,
} from './provider.ts';
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
  /** How long the silent card is not answered. */
  silentMs: number;
};

const refundsFail = 'Refunds cannot be made at the moment.';
const keysRememberedMs = 24 * 60 * 60 * 1000;

/**
 * A provider that moves no money but keeps a true ledger of what it was asked to move, in a database of its own. All it knows is
 * in there, so that it survives the process it runs in as a real one would; charges that arrive together share one commit.
 */
export class SimulatedProvider implements PaymentProvider {
  readonly methods = testCards.map(({ id, label, behaviour }) => ({ id, label, behaviour }));
  readonly #options: SimulatedProviderOptions;
  readonly #cards = new Map(testCards.map((card) => [card.id, card]));
  readonly #switches: FaultSwitchStore;
  readonly #record: (charge: LedgerCharge) => Promise<KeyRecord>;

  constructor(options: SimulatedProviderOptions) {
    this.#options = options;
    this.#switches = new FaultSwitchStore(options.database, options.now);
    this.#record = groupCalls((charges: readonly LedgerCharge[]) => recordCharges(options.database, charges));
  }

  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeAnswer> {
    return this.#overTheNetwork(signal, async (faults) => {
      const card = this.#cards.get(request.methodId);
      if (card === undefined) throw new ProviderError('REJECTED', 'There is no such way to pay.');
      const { charge, isNew } = await this.#record(this.#newCharge(request, card, faults));
      if (charge === null) return { status: 'CANCELLED' };
      assertSame(request, charge);
      if (isNew && card.losesAnswer) return never(signal);
      await this.#until(charge.silentUntil, signal);
      await this.#until(charge.settlesAt, signal);
      return this.#answerOf(charge);
    });
  }

  find(idempotencyKey: string, signal: AbortSignal): Promise<ChargeAnswer | null> {
    return this.#overTheNetwork(signal, async () => {
      const charge = await findCharge(this.#options.database, idempotencyKey);
      if (charge === null) return null;
      await this.#until(charge.silentUntil, signal);
      return this.#answerOf(charge);
    });
  }

  cancel(idempotencyKey: string, signal: AbortSignal): Promise<ChargeAnswer> {
    return this.#overTheNetwork(signal, async () => {
      const charge = await closeKey(this.#options.database, idempotencyKey, this.#options.now());
      if (charge === null) return { status: 'CANCELLED' };
      await this.#until(charge.silentUntil, signal);
      return this.#answerOf(charge);
    });
  }

  refund(request: RefundRequest, signal: AbortSignal): Promise<{ readonly refundId: string }> {
    const { database, newId, now } = this.#options;
    return this.#overTheNetwork(signal, async () => {
      const failsFirst = (charge: LedgerCharge) => this.#cards.get(charge.methodId)?.failsFirstRefund === true;
      const result = await recordRefund(database, { id: newId(), ...request }, now(), failsFirst);
      if (result.status === 'DONE') return { refundId: result.refundId };
      if (result.status === 'REJECTED') throw new ProviderError('REJECTED', result.reason);
      throw new ProviderError('UNAVAILABLE', refundsFail);
    });
  }

  /** Its books are open even while its calls get lost: who looks into them is no customer. */
  async ledger(chargeKeys: readonly string[], signal: AbortSignal): Promise<LedgerEntry[]> {
    signal.throwIfAborted();
    const reading = readLedger(this.#options.database, chargeKeys, this.#options.now()).catch(unavailable);
    const rows = await Promise.race([reading, never<LedgerRow[]>(signal)]);
    return rows.map(({ declineCode, ...entry }) => ({ ...entry, note: noteOf(entry, declineCode) }));
  }

  faults(): Promise<FaultSwitches> {
    return this.#switches.read();
  }

  /** What is left out stays. Other processes follow within a second. */
  setFaults(changes: Partial<Faults>): Promise<FaultSwitches> {
    return this.#switches.set(changes);
  }

  /** Forgets the idempotency keys of more than a day ago; the ledger forgets nothing. Resolves to how many. */
  forgetOldKeys(): Promise<number> {
    return forgetKeys(this.#options.database, new Date(this.#options.now().getTime() - keysRememberedMs));
  }

  /** The way to the provider and back. A request that has reached the provider is carried out, whether or not the caller still waits for the answer. */
  async #overTheNetwork<T>(signal: AbortSignal, work: (faults: Faults) => Promise<T>): Promise<T> {
    const answer = async () => {
      const faults = await this.#switches.current();
      if (faults.delayMs > 0) await sleep(faults.delayMs, undefined, { ref: false });
      if (this.#happens(faults.repeatRate)) await work(faults);
      const done = await work(faults);
      return this.#happens(faults.lostAnswerRate) ? never<T>(signal) : done;
    };
    signal.throwIfAborted();
    return Promise.race([answer(), never<T>(signal)]);
  }

  #happens(rate: number): boolean {
    return rate > 0 && this.#options.random() < rate;
  }

  async #until(moment: Date, signal: AbortSignal): Promise<void> {
    const leftMs = () => moment.getTime() - this.#options.now().getTime();
    // a timer may end a millisecond early
    for (let waitMs = leftMs(); waitMs > 0; waitMs = leftMs()) await sleep(waitMs, undefined, { ref: false, signal });
  }

  #newCharge(request: ChargeRequest, card: TestCard, faults: Faults): LedgerCharge {
    const { newId, now, slowMs, silentMs } = this.#options;
    const createdAt = now();
    const after = (ms: number) => new Date(createdAt.getTime() + ms);
    return {
      id: newId(),
      ...request,
      declineCode: card.declines ?? (this.#happens(faults.declineRate) ? 'CARD_DECLINED' : null),
      createdAt,
      settlesAt: after(card.isSlow ? slowMs : 0),
      silentUntil: after(card.isSilent ? silentMs : 0),
    };
  }

  #answerOf(charge: LedgerCharge): ChargeAnswer {
    if (charge.settlesAt > this.#options.now()) return { status: 'PROCESSING' };
    if (charge.declineCode === null) return { status: 'SUCCEEDED', chargeId: charge.id };
    return { status: 'DECLINED', code: charge.declineCode, message: declineMessages[charge.declineCode] };
  }
}

function assertSame(request: ChargeRequest, charge: LedgerCharge): void {
  if (request.amount === charge.amount && request.currency === charge.currency && request.methodId === charge.methodId) return;
  throw new ProviderError('REJECTED', 'This key was used for another charge.');
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
