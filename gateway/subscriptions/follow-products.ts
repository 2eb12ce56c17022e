import { AppError } from '#platform/errors.ts';
import { assertId } from '#platform/input.ts';
import type { ProductReader } from './product-reader.ts';
import type { Source } from './source.ts';
import type { SubscriberRegistry } from './subscriber-registry.ts';
import type { ProductState, ProductUpdate } from './updates.ts';

export const productKey = (productId: string) => `product:${productId}`;

const mostProducts = 100;

/**
 * `productAvailability`: each product as it is, then each change of level. Every event of a product carries its whole public state, so
 * the newest one is enough, and a gap is none. Products that do not exist are left out.
 */
export function followProducts(products: SubscriberRegistry<ProductUpdate>, reader: ProductReader): Source {
  return (args, context, sink) => {
    const ids = productIdsOf(args['ids']);
    const shown = new Map<string, ProductState>();
    let held: ProductUpdate[] | null = [];
    let isOpen = true;

    const detach = products.attach(ids.map(productKey), {
      receive: (update) => (held ? held.push(update) : take(update)),
      loseTrack: () => read(() => undefined),
    });

    function take(update: ProductUpdate): void {
      const { id, version, availability } = update.value;
      const before = shown.get(id);
      if (before && version <= before.version) return;
      shown.set(id, update.value);
      if (before?.availability !== availability) sink.show(update);
    }

    function read(then: (found: readonly ProductUpdate[]) => void): void {
      reader.readProducts(ids, context).then((found) => {
        if (!isOpen) return;
        for (const update of found) take(update);
        then(found);
      }, fail);
    }

    function begin(found: readonly ProductUpdate[]): void {
      if (found.length === 0) fail(new AppError('NOT_FOUND', 'There is none of these products.'));
      const waiting = held ?? [];
      held = null;
      for (const update of waiting) take(update);
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

    read(begin);
    return close;
  };
}

function productIdsOf(argument: unknown): string[] {
  const ids = Array.isArray(argument) ? argument : [];
  if (ids.length === 0) throw new AppError('INVALID_INPUT', 'ids: Name at least one product.');
  if (ids.length > mostProducts) throw new AppError('INVALID_INPUT', `ids: Name at most ${mostProducts} products.`);
  return [...new Set(ids.map((id) => assertId(String(id), 'ids')))];
}
