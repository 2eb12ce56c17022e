import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { archiveProduct } from '../commands/archive-product.ts';
import { createProducts } from '../commands/create-products.ts';
import type { ProductFilter, ProductSort } from '../queries/catalogue.ts';
import { countByCategory, countProducts, findProducts, getProduct, listCategories, listProducts } from '../queries/catalogue.ts';
import { admin, everything, openProductFixture, type ProductFixture } from './fixture.ts';

let fixture: ProductFixture;
const sorts: ProductSort[] = ['NEWEST', 'NAME', 'PRICE_ASC', 'PRICE_DESC'];

beforeAll(async () => {
  fixture = await openProductFixture('catalogue');
  // five names and three prices for forty products, most of them of the same moment: all sorts have ties
  const products = Array.from({ length: 40 }, (_, at) => ({
    sku: `S-${at}`,
    name: ['Café chair', 'Oak table', 'oak stool', 'Desk lamp', '100% wool_rug'][at % 5],
    description: at === 0 ? 'Folds, for small balconies. It\\s light.' : '',
    category: at % 2 === 0 ? 'Living room' : 'Garden & terrace',
    price: 1000 + (at % 3),
    stock: at % 4,
  }));
  await createProducts(fixture.deps, admin, { products: products.slice(0, 30) });
  await createProducts(fixture.deps, admin, { products: products.slice(30) });
});
afterAll(() => fixture.close());

async function list(filter: Partial<ProductFilter>, sort: ProductSort = 'NAME', first = 100) {
  const { edges } = await listProducts(fixture.deps, first, null, sort, { ...everything, ...filter });
  return edges.map((edge) => edge.node);
}

async function everyPage(sort: ProductSort, first: number): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { edges, pageInfo } = await listProducts(fixture.deps, first, after, sort, everything);
    ids.push(...edges.map((edge) => edge.node.id));
    expect(pageInfo.hasPreviousPage).toBe(after !== null);
    if (!pageInfo.hasNextPage) return ids;
    after = pageInfo.endCursor;
  }
}

describe('pages', () => {
  test.each(sorts)('show each product once, sorted by %s', async (sort) => {
    const whole = (await list({}, sort)).map((product) => product.id);

    expect(new Set(whole).size).toBe(40);
    expect(await everyPage(sort, 7)).toEqual(whole);
    expect(await everyPage(sort, 40)).toEqual(whole);
  });

  test('go on where they were when products come in between', async () => {
    const first = await listProducts(fixture.deps, 20, null, 'PRICE_DESC', everything);
    const late = await fixture.addProduct({ price: 999_999, category: 'Garden & terrace' });

    const second = await listProducts(fixture.deps, 20, first.pageInfo.endCursor, 'PRICE_DESC', everything);

    const ids = [...first.edges, ...second.edges].map((edge) => edge.node.id);
    expect(new Set(ids).size).toBe(40);
    await archiveProduct(fixture.deps, admin, { id: late.id });
  });

  test('are sorted', async () => {
    const prices = (await list({}, 'PRICE_ASC')).map((product) => product.price.amount);
    const names = (await list({}, 'NAME')).map((product) => product.name);
    const moments = (await list({}, 'NEWEST')).map((product) => product.createdAt);

    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    expect([...new Set(names)]).toEqual(['100% wool_rug', 'Café chair', 'Desk lamp', 'oak stool', 'Oak table']);
    expect(moments).toEqual(moments.toSorted().toReversed());
  });

  test.each([0, -1, 101])('of %d products are rejected', async (first) => {
    await expect(listProducts(fixture.deps, first, null, 'NEWEST', everything)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  const cursorOf = (...values: unknown[]) => Buffer.from(JSON.stringify(values)).toString('base64url');
  test.each([
    ['no cursor at all', 'nonsense'],
    ['of another sort', cursorOf('NAME', 'x', newId())],
    ['with a day that never was', cursorOf('NEWEST', '2026-02-30T00:00:00.000Z', newId())],
    ['with a year beyond all', cursorOf('NEWEST', '+275760-09-13T00:00:00.000Z', newId())],
    ['with an id that is none', cursorOf('NEWEST', '2026-01-01T00:00:00.000Z', 'x')],
  ])('after a cursor %s are rejected', async (_, after) => {
    await expect(listProducts(fixture.deps, 5, after, 'NEWEST', everything)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('after a price that no number column holds are rejected', async () => {
    await expect(listProducts(fixture.deps, 5, cursorOf('PRICE_ASC', 2 ** 31, newId()), 'PRICE_ASC', everything)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

describe('searching', () => {
  test.each([
    ['all words, in name or description', 'chair balconies', 1],
    ['the beginning of a word', 'tab', 8],
    ['no end of a word', 'able', 0],
    ['without accents and capitals', 'CAFE', 8],
    ['with them', 'café', 8],
    ['words with signs in them', '100%', 8],
    ['signs for what they are not', '%', 0],
    ['a backslash', 'it\\s', 1],
    ['nothing', ' ', 40],
    ['what is not there', 'oak lamp', 0],
    ['a quote', "o'ak", 0],
    ['a null character', 'oak\0', 16],
  ])('finds %s', async (_, search, count) => {
    expect(await list({ search })).toHaveLength(count);
    expect(await countProducts(fixture.deps, { ...everything, search })).toBe(count);
  });

  test('rejects a text without end', async () => {
    await expect(list({ search: 'a '.repeat(200) })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('names of other languages', () => {
  const names = ['Trà Đà Lạt', 'Eo gió', 'Đèn lồng', 'Dầu dừa', 'Lâm Đồng', 'Ærø jar'];
  let folded: ProductFixture;
  beforeAll(async () => {
    folded = await openProductFixture('folded');
    const products = names.map((name, at) => ({
      sku: `FOLD-${at}`,
      name: name.normalize(at % 2 ? 'NFD' : 'NFC'),
      category: 'Tea',
      price: 100,
    }));
    await createProducts(folded.deps, admin, { products });
  });
  afterAll(() => folded.close());
  const find = async (filter: Partial<ProductFilter>, first = 100, after: string | null = null) =>
    listProducts(folded.deps, first, after, 'NAME', { ...everything, ...filter });
  const namesOf = async (filter: Partial<ProductFilter>) => (await find(filter)).edges.map(({ node }) => node.name.normalize('NFC'));

  test.each([
    ['da lat', ['Trà Đà Lạt']],
    ['đà lạt', ['Trà Đà Lạt']],
    ['lam dong', ['Lâm Đồng']],
    ['aero', ['Ærø jar']],
    ['den-long', ['Đèn lồng']],
  ])('are found by %p', async (search, expected) => {
    expect(await namesOf({ search })).toEqual(expected);
  });

  test('stand in addresses with plain letters', async () => {
    const slugs = (await find({})).edges.map(({ node }) => node.slug);

    expect(slugs.toSorted()).toEqual(['aero-jar', 'dau-dua', 'den-long', 'eo-gio', 'lam-dong', 'tra-da-lat']);
  });

  test('are sorted as their alphabet has them, page by page', async () => {
    const sorted = ['Ærø jar', 'Dầu dừa', 'Đèn lồng', 'Eo gió', 'Lâm Đồng', 'Trà Đà Lạt'];
    const paged: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { edges, pageInfo } = await find({}, 1, after);
      paged.push(...edges.map(({ node }) => node.name.normalize('NFC')));
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }

    expect(await namesOf({})).toEqual(sorted);
    expect(paged).toEqual(sorted);
  });

  test('are found by their article number, by callers who may', async () => {
    expect(await namesOf({ search: 'FOLD-2', bySku: true })).toEqual(['Đèn lồng']);
    expect(await namesOf({ search: 'long fold', bySku: true })).toEqual(['Đèn lồng']);
  });

  test.each([
    ['an en dash', 'FOLD\u20132'],
    ['a non-breaking hyphen', 'FOLD\u20112'],
    ['a minus sign', '\u00a0FOLD\u22122\u202f'],
    ['a soft hyphen', 'FOLD\u00ad2'],
    ['no hyphen', 'fold2'],
    ['the long vowel mark and the digits of a Japanese keyboard', 'ＦＯＬＤー２'],
    ['Arabic digits', 'FOLD-\u0662'],
  ])('an admin finds it by the article number written with %s', async (_, search) => {
    expect(await namesOf({ search, bySku: true })).toEqual(['Đèn lồng']);
    expect(await namesOf({ search: `lồng ${search}`, bySku: false })).toEqual([]);
    expect(await namesOf({ search: 'FOLD-2' })).toEqual([]);
  });
});

describe('filters', () => {
  test('work alone and together', async () => {
    expect(await list({ category: 'garden-terrace' })).toHaveLength(20);
    expect(await list({ category: 'none\0' })).toHaveLength(0);
    expect(await list({ inStock: true })).toHaveLength(30);
    expect(await list({ inStock: false })).toHaveLength(10);
    expect(await list({ minPrice: 1001, maxPrice: 1001 })).toHaveLength(13);
    expect(await list({ minPrice: 1002, maxPrice: 1001 })).toHaveLength(0);
    expect(await list({ category: 'living-room', inStock: true, search: 'oak' })).toHaveLength(4);
  });
});

describe('categories', () => {
  test('are those with a product, by name, with how many', async () => {
    const categories = await listCategories(fixture.deps);

    expect(categories).toEqual([
      { slug: 'garden-terrace', name: 'Garden & terrace' },
      { slug: 'living-room', name: 'Living room' },
    ]);
    expect(await countByCategory(fixture.deps, ['living-room', 'none', 'garden-terrace'])).toEqual([20, 0, 20]);
  });

  test('disappear with their last product', async () => {
    const { id, category } = await fixture.addProduct({ category: 'Attic' });
    const slugs = async () => (await listCategories(fixture.deps)).map(({ slug }) => slug);
    expect(await slugs()).toContain(category.slug);

    await archiveProduct(fixture.deps, admin, { id });

    expect(await slugs()).not.toContain('attic');
  });
});

describe('one product', () => {
  test('that is archived goes on to be shown as such, and is in no list', async () => {
    const { id } = await fixture.addProduct({ name: 'Gone bench' });
    await archiveProduct(fixture.deps, admin, { id });

    expect(await getProduct(fixture.deps, id)).toMatchObject({ archived: true });
    expect(await list({ search: 'gone bench' })).toEqual([]);
  });

  test('is found by its id in capitals, and not by what is no id', async () => {
    const { id } = await fixture.addProduct();

    expect(await getProduct(fixture.deps, id.toUpperCase())).toMatchObject({ id });
    expect(await findProducts(fixture.deps, [id, 'x', newId(), id.toUpperCase()])).toMatchObject([{ id }, null, null, { id }]);
    await expect(getProduct(fixture.deps, 'x')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
