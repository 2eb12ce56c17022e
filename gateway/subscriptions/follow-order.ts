import { AppError } from '#platform/errors.ts';
import { assertId } from '#platform/input.ts';
import { beginReading, learn, loseTrack, type Progress, receive, type Step } from './order-progress.ts';
import type { OrderHistory, OrderReader } from './order-reader.ts';
import type { Source } from './source.ts';
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
    let progress: Progress = beginReading(since);
    let isOpen = true;

    const detach = orders.attach([orderKey(orderId)], {
      receive: (update) => take(receive(progress, update)),
      loseTrack: () => take(loseTrack(progress)),
    });

    function take(step: Step): void {
      if (!isOpen) return;
      progress = step.progress;
      for (const update of step.show) sink.show(update);
      if (step.read) read();
      if (!progress.done) return;
      close();
      sink.complete();
    }

    function read(): void {
      reader.readHistory(orderId, context).then(
        (history) => take(learn(progress, history)),
        (error: unknown) => fail(error),
      );
    }

    function begin(history: OrderHistory): void {
      const present = history.at(-1)?.value.version ?? 0;
      if (since === null || since <= present) take(learn(progress, history));
      else fail(new AppError('INVALID_INPUT', `sinceVersion: The order has come to version ${present} only.`));
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

    reader.readHistory(orderId, context).then(begin, fail);
    return close;
  };
}

function versionOf(argument: unknown): number | null {
  if (typeof argument !== 'number') return null;
  if (argument < 0) throw new AppError('INVALID_INPUT', 'sinceVersion: This must be 0 or more.');
  return argument;
}
