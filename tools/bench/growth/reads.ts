import { operationText } from '#schema/operation-text.ts';
import type { ShopClient } from '../../shop-client.ts';
import { cartId, categoryCount, materials, orderId, productId, rareWord } from './rows.ts';

export type People = { readonly guest: ShopClient; readonly admin: ShopClient };
/** One read as the pages make it. `turn` counts the reads, so that each asks for something else; `rows` is how many there are. */
export type Read = { readonly name: string; ask(people: People, turn: number, rows: number): Promise<unknown> };

/** Spreads turns over all rows: the numbers 1 to `rows`, in no order. */
const oneOfRows = (turn: number, rows: number): number => 1 + ((turn * 2_654_435_761) % rows);
const material = (turn: number) => materials[turn % materials.length] ?? '';
const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0').toUpperCase();
/** As `addRows` numbers them. */
const orderNumber = (n: number) => `M-${hex(n, 8)}`;

const list = (variables: (turn: number) => object) => {
  const text = operationText('storefront/catalogue');
  return ({ guest }: People, turn: number) => guest.ask(text, { first: 24, ...variables(turn) });
};
const orders = (variables: (turn: number, rows: number) => object) => {
  const text = operationText('admin/orders');
  return ({ admin }: People, turn: number, rows: number) => admin.ask(text, { first: 50, ...variables(turn, rows) });
};
const board = (variables: (turn: number, rows: number) => object) => {
  const text = operationText('admin/board-search');
  return ({ admin }: People, turn: number, rows: number) => admin.ask(text, { first: 50, ...variables(turn, rows) });
};
const product = operationText('storefront/product');
const cart = operationText('storefront/cart');
const orderStory = operationText('admin/order-story');
const products = operationText('admin/products');
const boardCounts = operationText('admin/board-counts');

export const reads: readonly Read[] = [
  { name: 'catalogue, newest', ask: list(() => ({ sort: 'NEWEST' })) },
  { name: 'catalogue, by name', ask: list(() => ({ sort: 'NAME' })) },
  { name: 'catalogue, cheapest', ask: list(() => ({ sort: 'PRICE_ASC' })) },
  { name: 'catalogue, dearest', ask: list(() => ({ sort: 'PRICE_DESC' })) },
  { name: 'catalogue, a category', ask: list((turn) => ({ category: `growth-${turn % categoryCount}` })) },
  { name: 'catalogue, in stock', ask: list(() => ({ inStock: true })) },
  { name: 'catalogue, a price range', ask: list((turn) => ({ minPrice: 1000 + turn, maxPrice: 2000 + turn, sort: 'PRICE_ASC' })) },
  { name: 'search, a word of many', ask: list((turn) => ({ search: material(turn) })) },
  { name: 'search, a word of few', ask: list((turn) => ({ search: rareWord(1 + turn) })) },
  { name: 'product', ask: ({ guest }, turn, rows) => guest.ask(product, { id: productId(oneOfRows(turn, rows)) }) },
  { name: "a guest's cart", ask: ({ guest }, turn, rows) => guest.ask(cart, { id: cartId(oneOfRows(turn, rows)) }) },
  {
    name: 'admin: products by SKU',
    ask: ({ admin }, turn, rows) => admin.ask(products, { first: 50, search: `GROW-${oneOfRows(turn, rows)}`, archived: true }),
  },
  { name: 'admin: orders', ask: orders(() => ({})) },
  { name: 'admin: orders of a status', ask: orders((turn) => ({ status: ['PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED'][turn % 4] })) },
  { name: 'admin: an order by number', ask: orders((turn, rows) => ({ search: orderNumber(oneOfRows(turn, rows)) })) },
  { name: 'admin: board', ask: ({ admin }) => admin.ask(boardCounts, { newest: 50 }) },
  { name: 'admin: board, cancelled for a reason', ask: board(() => ({ status: 'CANCELLED', cancelReason: 'TIMED_OUT' })) },
  { name: 'admin: board, not moved', ask: board(() => ({ status: 'PAID', unmovedForMinutes: 5 })) },
  { name: "admin: an order's story", ask: ({ admin }, turn, rows) => admin.ask(orderStory, { id: orderId(oneOfRows(turn, rows)) }) },
];
