import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/postgres/database.ts';
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
import { createTimedCalls } from './timed-calls.ts';

export type WorkerOptions = {
  database: Database;
  provider: PaymentProvider;
  /** How long one call of the provider may take; then nobody knows what became of it. */
  timeoutMs: number;
  /** How often it looks for what is due without being woken: retries, and what a killed process left behind. */
  sweepMs: number;
  /** Payments in hand at the same time, at the most. */
  maxInHand: number;
  /** Events were enqueued: wake the relay. */
  onSaved(): void;
  logger: Logger;
};

export type Worker = {
  /** After a commit that may have made a payment due. */
  wake(): void;
  /** Gives up the calls that are under way; whoever comes next asks what became of them. */
  stop(): Promise<void>;
};

const unknownMethod: Failure = { code: 'UNKNOWN_METHOD', message: 'There is no such way to pay. Choose another one.' };

/**
 * Does what is due with the provider: outside of any transaction, with the order's id as the key, saving each answer with its event.
 * Any number of workers, in any number of processes, may be at work, and each may die at any moment: what one has in hand is due
 * again when its lease ends, and the provider is asked before it is charged again.
 */
export function startWorker(options: WorkerOptions): Worker {
  const { database, provider, timeoutMs, maxInHand, onSaved, logger } = options;
  const cards = new Map(provider.methods.map(({ id, label }) => [id, label]));
  const captured = groupCalls(
    oneEach((items: readonly { payment: DuePayment; chargeId: string }[]) => saveCaptured(database, items, cards)),
  );
  const declined = groupCalls(
    oneEach((items: readonly { payment: DuePayment; failure: Failure }[]) => saveDeclined(database, items, cards)),
  );
  const voided = groupCalls(oneEach((items: readonly DuePayment[]) => saveVoided(database, items)));
  const postponed = groupCalls(oneEach((items: readonly { payment: DuePayment; delayMs: number }[]) => postpone(database, items)));
  // a task is two calls at the most: asked, and charged because nothing was found
  const leaseMs = 2 * timeoutMs + 1000;
  const inHand = new Set<Promise<void>>();
  const calls = createTimedCalls(timeoutMs);
  let isTaking = false;
  let isWoken = false;
  let isStopped = false;
  let failures = 0;

  async function takeAll(): Promise<void> {
    isTaking = true;
    try {
      while (isWoken && !isStopped && inHand.size < maxInHand) {
        isWoken = false;
        const free = maxInHand - inHand.size;
        const due = await takeDuePayments(database, free, leaseMs);
        failures = 0;
        for (const payment of due) hold(payment);
        if (due.length === free) isWoken = true;
      }
    } catch (error) {
      complain(error);
    } finally {
      isTaking = false;
    }
  }

  function complain(error: unknown): void {
    if (failures % 10 === 0) logger.warn({ reason: reasonOf(error) }, 'what is due cannot be read; every sweep tries again');
    failures += 1;
  }

  function wake(): void {
    isWoken = true;
    if (!isTaking && !isStopped) void takeAll();
  }

  function hold(payment: DuePayment): void {
    const work = attempt(payment).finally(() => {
      inHand.delete(work);
      if (isWoken) wake();
    });
    inHand.add(work);
  }

  async function attempt(payment: DuePayment): Promise<void> {
    try {
      await perform(payment, decide({ ...payment, isPayable: cards.has(payment.methodId) }));
    } catch (error) {
      const delayMs = isStopped ? 0 : retryDelayMs(payment.attempts);
      const { orderId, attempts } = payment;
      logger.warn({ orderId, attempts, delayMs, reason: reasonOf(error) }, 'a payment is not settled yet');
      await giveBack(payment, delayMs);
    }
  }

  /** Without a database to say so, it is due again when the lease ends. */
  async function giveBack(payment: DuePayment, delayMs: number): Promise<void> {
    await postponed({ payment, delayMs }).catch(() => undefined);
    if (delayMs === 0) wake();
  }

  async function perform(payment: DuePayment, task: Task): Promise<void> {
    const { orderId: idempotencyKey, amount, currency, methodId } = payment;
    switch (task) {
      case 'void':
        return voided(payment);
      case 'decline':
        return conclude(payment, { status: 'DECLINED', ...unknownMethod });
      case 'charge':
        return conclude(payment, await calls.make((signal) => provider.charge({ idempotencyKey, amount, currency, methodId }, signal)));
      case 'find':
        return afterFinding(payment, await calls.make((signal) => provider.find(idempotencyKey, signal)));
      case 'cancel':
        return conclude(payment, await calls.make((signal) => provider.cancel(idempotencyKey, signal)));
      case 'refund':
        return refund(payment);
      case 'nothing':
        return;
    }
  }

  function afterFinding(payment: DuePayment, answer: ChargeAnswer | null): Promise<void> {
    if (answer !== null) return conclude(payment, answer);
    return perform(payment, decide({ ...payment, wasAsked: false, isPayable: cards.has(payment.methodId) }));
  }

  async function conclude(payment: DuePayment, answer: ChargeAnswer | ({ status: 'DECLINED' } & Failure)): Promise<void> {
    switch (answer.status) {
      case 'SUCCEEDED':
        await captured({ payment, chargeId: answer.chargeId });
        onSaved();
        if (payment.isEnded) wake();
        return;
      case 'DECLINED':
        await declined({ payment, failure: { code: answer.code, message: answer.message } });
        return onSaved();
      case 'CANCELLED':
        return voided(payment);
      case 'PROCESSING':
        return giveBack(payment, retryDelayMs(payment.attempts));
    }
  }

  async function refund(payment: DuePayment): Promise<void> {
    const { amount, providerChargeId: chargeId, refundId } = payment;
    if (chargeId === null || refundId === null) throw new Error('A payment without a charge or a refund cannot be refunded.');
    const { refundId: providerRefundId } = await calls.make((signal) =>
      provider.refund({ idempotencyKey: refundId, chargeId, amount }, signal),
    );
    await saveRefunded(database, [{ payment, refundId, providerRefundId }]);
    onSaved();
  }

  const sweep = setInterval(wake, options.sweepMs);
  wake();

  return {
    wake,
    async stop() {
      isStopped = true;
      clearInterval(sweep);
      calls.giveUp();
      await Promise.all(inHand);
    },
  };
}

/** For results that say nothing: one per item. */
function oneEach<Item>(run: (items: readonly Item[]) => Promise<void>): (items: readonly Item[]) => Promise<undefined[]> {
  return async (items) => {
    await run(items);
    return items.map(() => undefined);
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
