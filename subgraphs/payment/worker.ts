import { SpanKind, type Tracer } from '@opentelemetry/api';
import { reasonOf } from '#platform/async/retry.ts';
import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/postgres/database.ts';
import { inEntrySpan, inSpan } from '#platform/tracing/spans.ts';
import { currentTraceparent } from '#platform/tracing/trace-context.ts';
import { decide, retryDelayMs, type Task } from './domain.ts';
import {
  type DuePayment,
  type Failure,
  postpone,
  saveCaptured,
  saveDeclined,
  saveRefunded,
  saveVoided,
  takeDuePayments,
} from './due-payments.ts';
import { groupCalls } from './group-calls.ts';
import type { ChargeAnswer, PaymentProvider } from './provider/provider.ts';

export type WorkerOptions = {
  readonly database: Database;
  readonly provider: PaymentProvider;
  /** The time limit of one provider call; after it the outcome is unknown. */
  readonly timeoutMs: number;
  /** How often it looks for what is due without being woken: retries, and what a killed process left behind. */
  readonly sweepMs: number;
  /** Payments in hand at the same time, at the most. */
  readonly maxInHand: number;
  /** After a commit that enqueued something. */
  wakeRelay(): void;
  /** Null when nothing is recorded. */
  readonly tracer?: Tracer | null;
  readonly logger: Logger;
};

const unknownMethod: Failure = { code: 'UNKNOWN_METHOD', message: 'There is no such way to pay. Choose another one.' };

/**
 * Does what is due with the provider: outside of any transaction, with the order's id as the key, saving each answer with its event.
 * Any number of workers, in any number of processes, may be at work, and each may die at any moment: what one has in hand is due
 * again when its lease ends, and the provider is asked before it is charged again.
 */
export class PaymentWorker {
  readonly #options: WorkerOptions;
  readonly #cards: ReadonlyMap<string, string>;
  readonly #calls: TimedCalls;
  /** A task is two calls at the most: asked, and charged because nothing was found. */
  readonly #leaseMs: number;
  readonly #saveCaptured: (answer: { payment: DuePayment; chargeId: string }) => Promise<void>;
  readonly #saveDeclined: (answer: { payment: DuePayment; failure: Failure }) => Promise<void>;
  readonly #saveVoided: (payment: DuePayment) => Promise<void>;
  readonly #postpone: (delay: { payment: DuePayment; delayMs: number }) => Promise<void>;
  readonly #inHand = new Set<Promise<void>>();
  #sweep: NodeJS.Timeout | undefined;
  #isTaking = false;
  #isWoken = false;
  #isStopped = false;
  #failedReads = 0;

  constructor(options: WorkerOptions) {
    const { database, provider, timeoutMs } = options;
    const cards = new Map(provider.methods.map(({ id, label }) => [id, label]));
    this.#options = options;
    this.#cards = cards;
    this.#calls = new TimedCalls(timeoutMs);
    this.#leaseMs = 2 * timeoutMs + 1000;
    this.#saveCaptured = groupCalls(oneEach((answers) => saveCaptured(database, answers, cards)));
    this.#saveDeclined = groupCalls(oneEach((answers) => saveDeclined(database, answers, cards)));
    this.#saveVoided = groupCalls(oneEach((payments) => saveVoided(database, payments)));
    this.#postpone = groupCalls(oneEach((delays) => postpone(database, delays)));
  }

  /** Begins to look for what is due, at once and every `sweepMs`. */
  start(): void {
    this.#sweep = setInterval(() => this.wake(), this.#options.sweepMs);
    this.wake();
  }

  /** After a commit that may have made a payment due. */
  wake(): void {
    this.#isWoken = true;
    if (!this.#isTaking && !this.#isStopped) void this.#takeAll();
  }

  /** Aborts the calls in progress; the next worker queries their outcome. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#sweep);
    this.#calls.giveUp();
    await Promise.all(this.#inHand);
  }

  async #takeAll(): Promise<void> {
    const { database, maxInHand } = this.#options;
    this.#isTaking = true;
    try {
      while (this.#isWoken && !this.#isStopped && this.#inHand.size < maxInHand) {
        this.#isWoken = false;
        const free = maxInHand - this.#inHand.size;
        const due = await takeDuePayments(database, free, this.#leaseMs);
        this.#failedReads = 0;
        for (const payment of due) this.#hold(payment);
        if (due.length === free) this.#isWoken = true;
      }
    } catch (error) {
      this.#logFailedRead(error);
    } finally {
      this.#isTaking = false;
    }
  }

  #logFailedRead(error: unknown): void {
    if (this.#failedReads % 10 === 0) {
      this.#options.logger.warn({ reason: reasonOf(error) }, 'due payments cannot be read; every sweep tries again');
    }
    this.#failedReads += 1;
  }

  #hold(payment: DuePayment): void {
    const { tracer = null } = this.#options;
    const task = this.#decide(payment);
    const entry = { traceparent: payment.traceparent, attributes: { 'payment.task': task, 'payment.attempts': payment.attempts } };
    // the event of its answer continues from here
    const attempt = () => this.#attempt({ ...payment, traceparent: currentTraceparent() }, task);
    const work = inEntrySpan(tracer, 'settle payment', entry, attempt).finally(() => {
      this.#inHand.delete(work);
      if (this.#isWoken) this.wake();
    });
    this.#inHand.add(work);
  }

  async #attempt(payment: DuePayment, task: Task): Promise<void> {
    try {
      await this.#perform(payment, task);
    } catch (error) {
      const delayMs = this.#isStopped ? 0 : retryDelayMs(payment.attempts);
      const { orderId, attempts } = payment;
      this.#options.logger.warn({ orderId, attempts, delayMs, reason: reasonOf(error) }, 'a payment is not settled yet');
      await this.#giveBack(payment, delayMs);
    }
  }

  /** Without a database to say so, it is due again when the lease ends. */
  async #giveBack(payment: DuePayment, delayMs: number): Promise<void> {
    await this.#postpone({ payment, delayMs }).catch(() => undefined);
    if (delayMs === 0) this.wake();
  }

  #decide(payment: DuePayment): Task {
    return decide({ ...payment, isPayable: this.#cards.has(payment.methodId) });
  }

  async #perform(payment: DuePayment, task: Task): Promise<void> {
    const { provider } = this.#options;
    const { orderId: idempotencyKey, amount, currency, methodId } = payment;
    switch (task) {
      case 'void':
        return this.#saveVoided(payment);
      case 'decline':
        return this.#conclude(payment, { status: 'DECLINED', ...unknownMethod });
      case 'charge': {
        const charge = { idempotencyKey, amount, currency, methodId };
        return this.#conclude(payment, await this.#call('charge', (signal) => provider.charge(charge, signal)));
      }
      case 'find':
        return this.#afterFinding(payment, await this.#call('find', (signal) => provider.find(idempotencyKey, signal)));
      case 'cancel':
        return this.#conclude(payment, await this.#call('cancel', (signal) => provider.cancel(idempotencyKey, signal)));
      case 'refund':
        return this.#refund(payment);
      case 'nothing':
        return;
    }
  }

  #call<T>(what: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const span = { kind: SpanKind.CLIENT, attributes: { 'peer.service': 'payment-provider' } };
    return inSpan(`${what} payment-provider`, span, () => this.#calls.make(ask));
  }

  #afterFinding(payment: DuePayment, answer: ChargeAnswer | null): Promise<void> {
    if (answer !== null) return this.#conclude(payment, answer);
    return this.#perform(payment, this.#decide({ ...payment, wasAsked: false }));
  }

  async #conclude(payment: DuePayment, answer: ChargeAnswer | ({ status: 'DECLINED' } & Failure)): Promise<void> {
    switch (answer.status) {
      case 'SUCCEEDED':
        await this.#saveCaptured({ payment, chargeId: answer.chargeId });
        this.#options.wakeRelay();
        if (payment.isEnded) this.wake();
        return;
      case 'DECLINED':
        await this.#saveDeclined({ payment, failure: { code: answer.code, message: answer.message } });
        return this.#options.wakeRelay();
      case 'CANCELLED':
        return this.#saveVoided(payment);
      case 'PROCESSING':
        return this.#giveBack(payment, retryDelayMs(payment.attempts));
    }
  }

  async #refund(payment: DuePayment): Promise<void> {
    const { database, provider } = this.#options;
    const { amount, providerChargeId: chargeId, refundId } = payment;
    if (chargeId === null || refundId === null) throw new Error('A payment without a charge or a refund cannot be refunded.');
    const { refundId: providerRefundId } = await this.#call('refund', (signal) =>
      provider.refund({ idempotencyKey: refundId, chargeId, amount }, signal),
    );
    await saveRefunded(database, [{ payment, refundId, providerRefundId }]);
    this.#options.wakeRelay();
  }
}

/** Calls that end when they are answered, when they take too long, or when all of them are given up. */
class TimedCalls {
  readonly #timeoutMs: number;
  readonly #underWay = new Set<AbortController>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects after the timeout even when `ask` does not heed its signal. */
  async make<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const { signal } = controller;
    const late = new Error(`There was no answer within ${this.#timeoutMs} ms.`);
    const timer = setTimeout(() => controller.abort(late), this.#timeoutMs);
    this.#underWay.add(controller);
    try {
      const givenUp = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
      return await Promise.race([ask(signal), givenUp]);
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(controller);
    }
  }

  giveUp(): void {
    for (const controller of this.#underWay) controller.abort(new Error('It was given up because the process stops.'));
  }
}

/** For results that say nothing: one per item. */
function oneEach<Item>(run: (items: readonly Item[]) => Promise<void>): (items: readonly Item[]) => Promise<undefined[]> {
  return async (items) => {
    await run(items);
    return items.map(() => undefined);
  };
}
