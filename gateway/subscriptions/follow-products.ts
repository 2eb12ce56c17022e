import { AppError } from '#platform/errors.ts';
import { assertId } from '#platform/input.ts';
import type { ProductNews, ProductState } from './news.ts';
import type { ProductReader } from './product-reader.ts';
import type { Source } from './source.ts';
import type { Switchboard } from './switchboard.ts';

export const productKey = (productId: string) => `product:${productId}`;

const mostProducts = 100;

/**
 * `productAvailability`: each product as it is, then each change of level. Every fact of a product carries its whole public state, so
 * the newest one is enough, and a gap is none. Products that do not exist are left out.
 */
export function followProducts(products: Switchboard<ProductNews>, reader: ProductReader): Source {
  return (args, context, outlet) => {
    const ids = productIdsOf(args['ids']);
    const shown = new Map<string, ProductState>();
    let held: ProductNews[] | null = [];
    let isOpen = true;

    const detach = products.attach(ids.map(productKey), {
      hear: (news) => (held ? held.push(news) : take(news)),
      loseTrack: () => read(() => undefined),
    });

    function take(news: ProductNews): void {
      const { id, version, availability } = news.value;
      const before = shown.get(id);
      if (before && version <= before.version) return;
      shown.set(id, news.value);
      if (before?.availability !== availability) outlet.show(news);
    }

    function read(then: (found: readonly ProductNews[]) => void): void {
      reader.readProducts(ids, context).then((found) => {
        if (!isOpen) return;
        for (const news of found) take(news);
        then(found);
      }, fail);
    }

    function begin(found: readonly ProductNews[]): void {
      if (found.length === 0) fail(new AppError('NOT_FOUND', 'There is none of these products.'));
      const waiting = held ?? [];
      held = null;
      for (const news of waiting) take(news);
    }

    function fail(error: unknown): void {
      if (!isOpen) return;
      close();
      outlet.fail(error);
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
