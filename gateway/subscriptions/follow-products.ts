import { AppError } from '#platform/errors.ts';
import { assertId } from '#platform/input.ts';
import type { ProductReader } from './product-reader.ts';
import type { Sink, Source } from './source.ts';
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
    const followed = new FollowedProducts(sink, () => reader.readProducts(ids, context));
    followed.start(products, ids);
    return () => followed.close();
  };
}

class FollowedProducts {
  readonly #sink: Sink;
  readonly #readProducts: () => Promise<readonly ProductUpdate[]>;
  readonly #shown = new Map<string, ProductState>();
  /** What came before the products were read; null afterwards. */
  #held: ProductUpdate[] | null = [];
  #isOpen = true;
  #detach: () => void = () => undefined;

  constructor(sink: Sink, readProducts: () => Promise<readonly ProductUpdate[]>) {
    this.#sink = sink;
    this.#readProducts = readProducts;
  }

  start(products: SubscriberRegistry<ProductUpdate>, ids: readonly string[]): void {
    this.#detach = products.attach(ids.map(productKey), {
      receive: (update) => (this.#held ? this.#held.push(update) : this.#take(update)),
      loseTrack: () => this.#read(() => undefined),
    });
    this.#read((found) => this.#begin(found));
  }

  close(): void {
    this.#isOpen = false;
    this.#detach();
  }

  #take(update: ProductUpdate): void {
    const { id, version, availability } = update.value;
    const before = this.#shown.get(id);
    if (before && version <= before.version) return;
    this.#shown.set(id, update.value);
    if (before?.availability !== availability) this.#sink.show(update);
  }

  #read(then: (found: readonly ProductUpdate[]) => void): void {
    this.#readProducts().then(
      (found) => {
        if (!this.#isOpen) return;
        for (const update of found) this.#take(update);
        then(found);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #begin(found: readonly ProductUpdate[]): void {
    if (found.length === 0) this.#fail(new AppError('NOT_FOUND', 'There is none of these products.'));
    const waiting = this.#held ?? [];
    this.#held = null;
    for (const update of waiting) this.#take(update);
  }

  #fail(error: unknown): void {
    if (!this.#isOpen) return;
    this.close();
    this.#sink.fail(error);
  }
}

function productIdsOf(argument: unknown): string[] {
  const ids = Array.isArray(argument) ? argument : [];
  if (ids.length === 0) throw new AppError('INVALID_INPUT', 'ids: Name at least one product.');
  if (ids.length > mostProducts) throw new AppError('INVALID_INPUT', `ids: Name at most ${mostProducts} products.`);
  return [...new Set(ids.map((id) => assertId(String(id), 'ids')))];
}
