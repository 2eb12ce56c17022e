import { expect, test } from '@jest/globals';
import { adjustedStock } from '../../../subgraphs/product/domain.ts';
import type { ShopClient } from '../../shop-client.ts';
import { fillStock } from '../shop.ts';

/** A shop with one product, of which there are so many. */
class FakeShop implements Pick<ShopClient, 'ask'> {
  available: number;

  constructor(available: number) {
    this.available = available;
  }

  async ask<Data>(document: string, variables: { readonly input?: { readonly difference: number } } = {}): Promise<Data> {
    return (document.includes('adjustStock') ? { adjustStock: this.#adjust(variables.input?.difference ?? 0) } : this.#product()) as Data;
  }

  #product(): object {
    return { product: { stock: { available: this.available } } };
  }

  #adjust(difference: number): object {
    if (difference === 0) return { code: 'INVALID_INPUT', message: 'The difference is not 0.' };
    const adjusted = adjustedStock(this.available, difference);
    if (typeof adjusted === 'string') return { code: 'INVALID_INPUT', message: 'The stock is at most 1000000.' };
    this.available = adjusted;
    return {};
  }
}

test.each([0, 40, 900_040, 1_000_000, 1_000_005])(
  'the stock of a product with %d pieces is filled up, as often as it is asked for',
  async (available) => {
    const shop = new FakeShop(available);

    await fillStock(shop, 'p1');
    await fillStock(shop, 'p1');

    expect(shop.available).toBe(Math.max(available, 1_000_000));
  },
);
