import { assertUser } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import type { GatewayContext } from '../pipeline/context.ts';
import { beginAt, beginReading, learn, loseTrack, type Progress, receive, type Step } from './order-progress.ts';
import type { OrderHistory, OrderReader } from './order-reader.ts';
import type { Sink, Source } from './source.ts';
import type { SubscriberRegistry } from './subscriber-registry.ts';
import type { OrderUpdate } from './updates.ts';

export const customerKey = (userId: string) => `customer:${userId}`;
export const adminKey = 'admins';

/** Orders whose progress one subscriber remembers; updates of older ones are unlikely to repeat. */
const mostRemembered = 10_000;

/** `orders`: those under way first, then every change; of each order in the order of its versions. Ends only with its subscriber. */
export function followOrders(orders: SubscriberRegistry<OrderUpdate>, reader: OrderReader): Source {
  return (_args, context, sink) => {
    const { userId, role } = assertUser(context.identity);
    const followed = new FollowedOrders(reader, context, sink);
    followed.start(orders, role === 'ADMIN' ? adminKey : customerKey(userId));
    return () => followed.close();
  };
}

class FollowedOrders {
  readonly #reader: OrderReader;
  readonly #context: GatewayContext;
  readonly #sink: Sink;
  readonly #progressOf = new Map<string, Progress>();
  /** What came before the orders under way were read; null afterwards. */
  #held: OrderUpdate[] | null = [];
  #isOpen = true;
  #detach: () => void = () => undefined;

  constructor(reader: OrderReader, context: GatewayContext, sink: Sink) {
    this.#reader = reader;
    this.#context = context;
    this.#sink = sink;
  }

  start(orders: SubscriberRegistry<OrderUpdate>, key: string): void {
    this.#detach = orders.attach([key], {
      receive: (update) => (this.#held ? this.#hold(this.#held, update) : this.#updateOrder(update)),
      loseTrack: () => this.#readAgain(),
    });
    this.#readUnderWay(() => {
      const waiting = this.#held ?? [];
      this.#held = null;
      for (const update of waiting) this.#updateOrder(update);
    });
  }

  close(): void {
    this.#isOpen = false;
    this.#detach();
  }

  #hold(waiting: OrderUpdate[], update: OrderUpdate): void {
    waiting.push(update);
    if (waiting.length > mostRemembered)
      this.#fail(new AppError('UNAVAILABLE', 'The orders under way could not be read in time. Subscribe again.'));
  }

  #updateOrder(update: OrderUpdate): void {
    const { id, version } = update.value;
    this.#take(id, receive(this.#progressOf.get(id) ?? beginAt(version - 1), update));
  }

  /** Moved to the end: the one that nothing was received of for the longest time is forgotten first. */
  #remember(orderId: string, progress: Progress): void {
    this.#progressOf.delete(orderId);
    this.#progressOf.set(orderId, progress);
    const [oldest] = this.#progressOf.keys();
    if (this.#progressOf.size > mostRemembered && oldest !== undefined) this.#progressOf.delete(oldest);
  }

  #take(orderId: string, step: Step): void {
    if (!this.#isOpen) return;
    this.#remember(orderId, step.progress);
    for (const update of step.show) this.#sink.show(update);
    if (step.read) this.#read(orderId);
  }

  #learn(orderId: string, history: OrderHistory): void {
    this.#take(orderId, learn(this.#progressOf.get(orderId) ?? beginReading(null), history));
  }

  #read(orderId: string): void {
    this.#reader.readHistory(orderId, this.#context).then(
      (history) => this.#learn(orderId, history),
      (error: unknown) => {
        // one order that is gone is no reason to stop telling the others
        if (error instanceof AppError && error.code === 'NOT_FOUND') this.#progressOf.delete(orderId);
        else this.#fail(error);
      },
    );
  }

  #readUnderWay(then: (underWay: readonly OrderHistory[]) => void): void {
    this.#reader.readUnderWay(this.#context).then(
      (underWay) => {
        if (!this.#isOpen) return;
        for (const history of underWay) this.#learn(history[0]?.value.id ?? '', history);
        then(underWay);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  /** Orders that were open and have ended meanwhile: the final status is only in their history. */
  #readAgain(): void {
    const wasUnderWay = [...this.#progressOf].filter(([, progress]) => !progress.done).map(([id]) => id);
    this.#readUnderWay((underWay) => {
      const stillUnderWay = new Set(underWay.map((history) => history[0]?.value.id));
      for (const id of wasUnderWay.filter((each) => !stillUnderWay.has(each))) {
        const progress = this.#progressOf.get(id);
        if (progress) this.#take(id, loseTrack(progress));
      }
    });
  }

  #fail(error: unknown): void {
    if (!this.#isOpen) return;
    this.close();
    this.#sink.fail(error);
  }
}
