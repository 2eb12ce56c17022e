import { AppError } from '#platform/errors.ts';
import { assertId } from '#platform/input.ts';
import { beginReading, learn, loseTrack, type Progress, receive, type Step } from './order-progress.ts';
import type { OrderHistory, OrderReader } from './order-reader.ts';
import type { Sink, Source } from './source.ts';
import type { SubscriberRegistry } from './subscriber-registry.ts';
import type { OrderUpdate } from './updates.ts';

export const orderKey = (orderId: string) => `order:${orderId}`;

/**
 * `orderStatus`: attached before the order is read, so that nothing falls between. The reading is made as the caller, and so is
 * also the check of who may watch.
 */
export function followOrder(orders: SubscriberRegistry<OrderUpdate>, reader: OrderReader): Source {
  return (args, context, sink) => {
    const orderId = assertId(String(args['orderId']), 'orderId');
    const since = versionOf(args['sinceVersion']);
    const followed = new FollowedOrder(since, sink, () => reader.readHistory(orderId, context));
    followed.start(orders, orderId);
    return () => followed.close();
  };
}

class FollowedOrder {
  readonly #since: number | null;
  readonly #sink: Sink;
  readonly #readHistory: () => Promise<OrderHistory>;
  #progress: Progress;
  #isOpen = true;
  #detach: () => void = () => undefined;

  constructor(since: number | null, sink: Sink, readHistory: () => Promise<OrderHistory>) {
    this.#since = since;
    this.#sink = sink;
    this.#readHistory = readHistory;
    this.#progress = beginReading(since);
  }

  start(orders: SubscriberRegistry<OrderUpdate>, orderId: string): void {
    this.#detach = orders.attach([orderKey(orderId)], {
      receive: (update) => this.#take(receive(this.#progress, update)),
      loseTrack: () => this.#take(loseTrack(this.#progress)),
    });
    this.#read((history) => this.#begin(history));
  }

  close(): void {
    this.#isOpen = false;
    this.#detach();
  }

  #begin(history: OrderHistory): void {
    const present = history.at(-1)?.value.version ?? 0;
    if (this.#since === null || this.#since <= present) this.#take(learn(this.#progress, history));
    else this.#fail(new AppError('INVALID_INPUT', `sinceVersion: The order has come to version ${present} only.`));
  }

  #take(step: Step): void {
    if (!this.#isOpen) return;
    this.#progress = step.progress;
    for (const update of step.show) this.#sink.show(update);
    if (step.read) this.#read((history) => this.#take(learn(this.#progress, history)));
    if (!this.#progress.done) return;
    this.close();
    this.#sink.complete();
  }

  #read(then: (history: OrderHistory) => void): void {
    this.#readHistory().then(then, (error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (!this.#isOpen) return;
    this.close();
    this.#sink.fail(error);
  }
}

function versionOf(argument: unknown): number | null {
  if (typeof argument !== 'number') return null;
  if (argument < 0) throw new AppError('INVALID_INPUT', 'sinceVersion: This must be 0 or more.');
  return argument;
}
