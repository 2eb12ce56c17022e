import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { waitFor } from '#tests/support/wait-for.ts';
import { archiveProduct } from '#tools/demo/scene.ts';
import type { OpenShop } from './shop.ts';

/** Products made for one file of stories, under a word that nothing else has. */
export type Shelf = {
  readonly word: string;
  /** The ids by name. Prices are 10, 11, 12 … euros, of each there are 50; `more` overrides that. */
  create(names: readonly string[], more?: (at: number) => object): Promise<Record<string, string>>;
  createOne(name: string, stock?: number): Promise<string>;
  adjust(id: string, difference: number): Promise<void>;
  setPrice(id: string, price: number): Promise<void>;
  /** Takes off the shelf what was made. */
  clear(): Promise<void>;
};

export function openShelf(shop: OpenShop): Shelf {
  const word = `w${randomUUID().slice(0, 8)}`;
  const made: string[] = [];
  const ask = async (mutation: string, input: object) => void (await shop.admin.ask(mutation, { input }));

  const create: Shelf['create'] = async (names, more = () => ({})) => {
    const products = names.map((name, at) => ({
      sku: `SHELF-${randomUUID().slice(0, 8).toUpperCase()}`,
      name,
      category: `Shelf ${word}`,
      price: 1000 + at * 100,
      stock: 50,
      ...more(at),
    }));
    type Created = { createProducts: { products: { id: string; name: string }[] } };
    const mutation =
      'mutation ($input: CreateProductsInput!) { createProducts(input: $input) { ... on CreateProductsSuccess { products { id name } } } }';
    const { createProducts } = await shop.admin.ask<Created>(mutation, { input: { products } });
    made.push(...createProducts.products.map(({ id }) => id));
    return Object.fromEntries(createProducts.products.map(({ id, name }) => [name, id]));
  };

  return {
    word,
    create,
    async createOne(name, stock = 50) {
      const { [name]: id = '' } = await create([name], () => ({ stock, category: `Other ${word}` }));
      return id;
    },
    adjust: (id, difference) =>
      ask('mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { __typename } }', { id, difference, reason: 'A story.' }),
    setPrice: (id, price) => ask('mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { __typename } }', { id, price }),
    async clear() {
      for (const id of made) await archiveProduct(shop.stage, id);
    },
  };
}

export const addButton = (page: Page) => page.getByRole('button', { name: 'Add to cart' });
export const cartLines = (page: Page) => page.getByRole('list', { name: 'Items in your cart' }).getByRole('listitem');
export const countInHeader = (page: Page, pieces: string) =>
  page
    .getByRole('banner')
    .getByRole('link', { name: `Cart ${pieces}`.trim(), exact: true })
    .waitFor();

/** The cart handles a new product a moment after the product list has it. */
export async function putIn(page: Page, id: string, pieces = 1): Promise<void> {
  await page.goto(`/products/${id}`);
  await waitFor('it to be in the cart', async () => {
    if (pieces > 1) await page.getByRole('textbox', { name: 'Quantity' }).fill(String(pieces));
    await addButton(page).click();
    await page.getByText(/Added to cart\.|no longer available/).waitFor();
    return page.getByText('Added to cart.').isVisible();
  });
}
