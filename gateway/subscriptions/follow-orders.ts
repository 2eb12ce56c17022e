import { assertUser } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import { beginAt, beginReading, learn, loseTrack, type Progress, receive, type Step } from './order-progress.ts';
import type { OrderHistory, OrderReader } from './order-reader.ts';
import type { Source } from './source.ts';
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
    const progressOf = new Map<string, Progress>();
    let held: OrderUpdate[] | null = [];
    let isOpen = true;

    const detach = orders.attach([role === 'ADMIN' ? adminKey : customerKey(userId)], {
      receive: (update) => (held ? hold(held, update) : updateOrder(update)),
      loseTrack: readAgain,
    });

    function hold(waiting: OrderUpdate[], update: OrderUpdate): void {
      waiting.push(update);
      if (waiting.length > mostRemembered)
        fail(new AppError('UNAVAILABLE', 'The orders under way could not be read in time. Subscribe again.'));
    }

    function updateOrder(update: OrderUpdate): void {
      const { id, version } = update.value;
      take(id, receive(progressOf.get(id) ?? beginAt(version - 1), update));
    }

    /** Moved to the end: the one that nothing was received of for the longest time is forgotten first. */
    function remember(orderId: string, progress: Progress): void {
      progressOf.delete(orderId);
      progressOf.set(orderId, progress);
      const [oldest] = progressOf.keys();
      if (progressOf.size > mostRemembered && oldest !== undefined) progressOf.delete(oldest);
    }

    function take(orderId: string, step: Step): void {
      if (!isOpen) return;
      remember(orderId, step.progress);
      for (const update of step.show) sink.show(update);
      if (step.read) read(orderId);
    }

    function learnOf(orderId: string, history: OrderHistory): void {
      take(orderId, learn(progressOf.get(orderId) ?? beginReading(null), history));
    }

    function read(orderId: string): void {
      reader.readHistory(orderId, context).then(
        (history) => learnOf(orderId, history),
        (error: unknown) => {
          // one order that is gone is no reason to stop telling the others
          if (error instanceof AppError && error.code === 'NOT_FOUND') progressOf.delete(orderId);
          else fail(error);
        },
      );
    }

    function readUnderWay(then: (underWay: readonly OrderHistory[]) => void): void {
      reader.readUnderWay(context).then((underWay) => {
        if (!isOpen) return;
        for (const history of underWay) learnOf(history[0]?.value.id ?? '', history);
        then(underWay);
      }, fail);
    }

    /** Orders that were open and have ended meanwhile: the final status is only in their history. */
    function readAgain(): void {
      const wasUnderWay = [...progressOf].filter(([, progress]) => !progress.done).map(([id]) => id);
      readUnderWay((underWay) => {
        const stillUnderWay = new Set(underWay.map((history) => history[0]?.value.id));
        for (const id of wasUnderWay.filter((each) => !stillUnderWay.has(each))) {
          const progress = progressOf.get(id);
          if (progress) take(id, loseTrack(progress));
        }
      });
    }

    function fail(error: unknown): void {
      if (!isOpen) return;
      close();
      sink.fail(error);
    }

    function close(): void {
      isOpen = false;
      detach();
    }

    readUnderWay(() => {
      const waiting = held ?? [];
      held = null;
      for (const update of waiting) updateOrder(update);
    });
    return close;
  };
}
