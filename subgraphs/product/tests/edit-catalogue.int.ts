import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { guest } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { adjustStock } from '../commands/adjust-stock.ts';
import { archiveProduct } from '../commands/archive-product.ts';
import { createProducts } from '../commands/create-products.ts';
import { restoreProduct } from '../commands/restore-product.ts';
import { updateProduct } from '../commands/update-product.ts';
import { uploadPicture } from '../commands/upload-picture.ts';
import { findProducts, findStocks, getProduct, listProducts } from '../queries/catalogue.ts';
import { admin, customer, openProductFixture, type ProductFixture, takeEvents } from './fixture.ts';

let fixture: ProductFixture;
beforeAll(async () => {
  fixture = await openProductFixture('edit_catalogue');
});
afterAll(() => fixture.close());

const valid = (changes: object = {}) => ({ sku: newId().toUpperCase(), name: 'Oak table', category: 'Tables', price: 12_500, ...changes });
const countProducts = async () =>
  (await fixture.database.query<{ count: number }>('SELECT count(*)::int AS count FROM products')).rows[0]?.count;

describe('admins only:', () => {
  const edits = [
    ['createProducts', createProducts, { products: [valid()] }],
    ['updateProduct', updateProduct, { id: newId() }],
    ['archiveProduct', archiveProduct, { id: newId() }],
    ['restoreProduct', restoreProduct, { id: newId() }],
    ['uploadPicture', uploadPicture, { data: 'AAAA' }],
    ['adjustStock', adjustStock, { id: newId(), difference: 1, reason: 'count' }],
  ] as const;

  test.each(edits)('%s', async (_name, edit, input) => {
    await expect(edit(fixture.deps, guest, input)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(edit(fixture.deps, customer, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('creating', () => {
  test('creates products, with defaults, and publishes their whole state', async () => {
    await takeEvents(fixture.database);
    const images = [{ url: '/images/shelf.svg', alt: 'A shelf' }];
    const wakes = fixture.wakes();

    const result = await createProducts(fixture.deps, admin, {
      products: [valid({ sku: 'A-1', name: 'Shelf', stock: 3, images }), valid({ sku: 'A-2', name: 'Shelf' })],
    });

    expect(result).toMatchObject({
      products: [
        { sku: 'A-1', slug: 'shelf', version: 1, availability: 'LOW_STOCK', category: { slug: 'tables', name: 'Tables' }, images },
        { sku: 'A-2', slug: 'shelf-2', version: 1, availability: 'OUT_OF_STOCK', description: '', images: [] },
      ],
    });
    expect(fixture.wakes()).toBe(wakes + 1);
    expect(await takeEvents(fixture.database)).toMatchObject([
      {
        type: 'product.created',
        data: { sku: 'A-1', version: 1, price: { amount: 12_500 }, imageUrl: '/images/shelf.svg', category: 'tables' },
      },
      { type: 'product.created', data: { sku: 'A-2', imageUrl: null, archived: false } },
    ]);
  });

  test('reads an article number with any dash for its hyphen, and knows that it is taken', async () => {
    const pasted = await createProducts(fixture.deps, admin, { products: [valid({ sku: '\u00a0PASTED\u20111\u2013２' })] });
    const again = await createProducts(fixture.deps, admin, { products: [valid({ sku: 'PASTED\u22121-2' })] });

    expect(pasted).toMatchObject({ products: [{ sku: 'PASTED-1-2' }] });
    expect(again).toMatchObject({ __typename: 'SkuTaken', sku: 'PASTED-1-2' });
  });

  test('makes none when one has a number that is taken', async () => {
    const { sku } = await fixture.addProduct();
    const before = await countProducts();

    const result = await createProducts(fixture.deps, admin, { products: [valid(), valid({ sku })] });

    expect(result).toMatchObject({ __typename: 'SkuTaken', sku });
    expect(await countProducts()).toBe(before);
  });

  test('names each field that is not as it must be', async () => {
    const twice = { sku: 'TWICE' };
    const products = [valid(twice), valid(twice), valid({ sku: 'small', price: 0, stock: -1, name: ' ', category: '?' })];
    const images = [
      { url: '//elsewhere/x.svg', alt: '' },
      { url: 'javascript:alert(1)', alt: '' },
      { url: 'http://plain/x.svg', alt: '' },
      { url: 'https://name:secret@elsewhere/x.svg', alt: '' },
      { url: '/x.svg\u0007', alt: '' },
      { url: 'data:image/svg+xml,<svg/>', alt: '' },
      { url: '/', alt: '' },
    ];

    const result = await createProducts(fixture.deps, admin, { products: [...products.slice(2), valid({ images, price: 1e9 })] });
    const doubled = await createProducts(fixture.deps, admin, { products: products.slice(0, 2) });

    expect('problems' in result && result.problems.map((problem) => problem.field)).toEqual([
      'products.0.sku',
      'products.0.name',
      'products.0.category',
      'products.0.price',
      'products.0.stock',
      'products.1.price',
      'products.1.images.0.url',
      'products.1.images.1.url',
      'products.1.images.2.url',
      'products.1.images.3.url',
      'products.1.images.4.url',
      'products.1.images.5.url',
      'products.1.images.6.url',
    ]);
    expect(doubled).toMatchObject({ __typename: 'InvalidInput', problems: [{ field: 'products.1.sku' }] });
    expect(await createProducts(fixture.deps, admin, { products: [] })).toMatchObject({ problems: [{ field: 'products' }] });
  });

  test('keeps what looks like a script as the text that it is, and rejects a name that is too long', async () => {
    const name = `<script>alert("1")</script> & 'co' — ${'Ω'.repeat(80)}`;
    const description = `</p><img src=x onerror=alert(1)>\n\t{{7*7}} ${'long '.repeat(700)}`.trim();

    const result = await createProducts(fixture.deps, admin, { products: [valid({ name, description })] });
    const tooLong = await createProducts(fixture.deps, admin, {
      products: [valid({ name: 'n'.repeat(121), description: 'd'.repeat(4001) })],
    });

    expect(result).toMatchObject({ products: [{ name, description }] });
    expect(tooLong).toMatchObject({ problems: [{ field: 'products.0.name' }, { field: 'products.0.description' }] });
  });

  test('gives every product a slug of its own, also at once', async () => {
    const batch = () => createProducts(fixture.deps, admin, { products: [valid({ name: 'Lamp' }), valid({ name: 'Lamp' })] });

    const results = await Promise.all([batch(), batch(), batch()]);

    const slugs = results.flatMap((result) => ('products' in result ? result.products.map((product) => product.slug) : []));
    expect(slugs.toSorted()).toEqual(['lamp', 'lamp-2', 'lamp-3', 'lamp-4', 'lamp-5', 'lamp-6']);
  });
});

describe('updating', () => {
  test('changes what is given, leaves the rest, and publishes it', async () => {
    const { id, slug } = await fixture.addProduct({ name: 'Old name', description: 'Kept.' });
    await takeEvents(fixture.database);

    const result = await updateProduct(fixture.deps, admin, { id, name: 'New name', price: 1, category: 'Desks', description: null });

    expect(result).toMatchObject({
      product: { name: 'New name', slug, description: 'Kept.', price: { amount: 1 }, category: { slug: 'desks' }, version: 2 },
    });
    expect(await takeEvents(fixture.database)).toMatchObject([
      { type: 'product.updated', data: { productId: id, version: 2, name: 'New name' } },
    ]);
    const found = await listProducts(fixture.deps, 5, null, 'NAME', {
      search: 'new kept',
      category: 'desks',
      inStock: null,
      minPrice: null,
      maxPrice: null,
      archived: false,
      bySku: false,
    });
    expect(found.edges.map((edge) => edge.node.id)).toEqual([id]);
  });

  test('publishes nothing when nothing has changed', async () => {
    const images = [{ url: '/a.svg', alt: 'A' }];
    const { id } = await fixture.addProduct({ name: 'Same', images });
    await takeEvents(fixture.database);

    const result = await updateProduct(fixture.deps, admin, { id, name: 'Same', price: 12_500, category: 'Tables', images });

    expect(result).toMatchObject({ product: { version: 1 } });
    expect(await takeEvents(fixture.database)).toEqual([]);
  });

  test('counts every one of ten changes at once', async () => {
    const { id } = await fixture.addProduct();

    await Promise.all(Array.from({ length: 10 }, (_, at) => updateProduct(fixture.deps, admin, { id, price: at + 1 })));

    expect(await getProduct(fixture.deps, id)).toMatchObject({ version: 11 });
  });

  test('rejects an unknown product and fields that are not as they must be', async () => {
    expect(await updateProduct(fixture.deps, admin, { id: newId(), price: 1 })).toMatchObject({ __typename: 'ProductNotFound' });
    expect(await updateProduct(fixture.deps, admin, { id: 'x', name: '' })).toMatchObject({
      problems: [{ field: 'id' }, { field: 'name' }],
    });
  });
});

describe('categories', () => {
  const categoryOf = async (category: string) => (await fixture.addProduct({ category })).category;

  test('are distinguished by their accents', async () => {
    expect([await categoryOf('Bàn'), await categoryOf('Bạn'), await categoryOf('bàn'.normalize('NFD'))]).toEqual([
      { slug: 'ban', name: 'Bàn' },
      { slug: 'ban-2', name: 'Bạn' },
      { slug: 'ban', name: 'Bàn' },
    ]);
  });

  test('are spelled as a product of theirs is changed to, for all of their products', async () => {
    const [one, other] = [await fixture.addProduct({ category: 'teas' }), await fixture.addProduct({ category: 'TEAS' })];
    expect(other.category).toEqual({ slug: 'teas', name: 'teas' });

    await updateProduct(fixture.deps, admin, { id: one.id, category: 'Teas' });

    const shown = await findProducts(fixture.deps, [one.id, other.id]);
    expect(shown.map((product) => product?.category)).toEqual(Array(2).fill({ slug: 'teas', name: 'Teas' }));
  });

  test('begin once, also by many at once', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, (_, at) => categoryOf(at % 2 ? 'Đèn' : 'đèn')));

    expect(new Set(made.map(({ slug }) => slug))).toEqual(new Set(['den']));
  });
});

describe('what an admin has looked at', () => {
  const other: typeof admin = { kind: 'user', userId: '01990000-0000-7000-8000-00000000000b', role: 'ADMIN' };

  test('is not overwritten when another user has edited it since', async () => {
    const { id } = await fixture.addProduct({ name: 'Seen' });
    await updateProduct(fixture.deps, other, { id, price: 9, expectedVersion: 1 });

    const late = await updateProduct(fixture.deps, admin, { id, price: 7, expectedVersion: 1 });

    expect(late).toMatchObject({
      __typename: 'ProductChanged',
      product: { version: 2, price: { amount: 9 } },
      by: { id: other.kind === 'user' && other.userId },
      at: expect.any(Date),
    });
    expect(await archiveProduct(fixture.deps, admin, { id, expectedVersion: 1 })).toMatchObject({ __typename: 'ProductChanged' });
    expect(await adjustStock(fixture.deps, admin, { id, difference: 1, reason: 'count', expectedVersion: 1 })).toMatchObject({
      __typename: 'ProductChanged',
    });
    expect(await updateProduct(fixture.deps, admin, { id, price: 7, expectedVersion: 2 })).toMatchObject({ product: { version: 3 } });
    await archiveProduct(fixture.deps, admin, { id });
    expect(await restoreProduct(fixture.deps, admin, { id, expectedVersion: 3 })).toMatchObject({ __typename: 'ProductChanged' });
  });

  test('may be sent again after a lost answer', async () => {
    const { id } = await fixture.addProduct();
    const edit = () => updateProduct(fixture.deps, admin, { id, price: 8, expectedVersion: 1 });

    expect([await edit(), await edit()]).toMatchObject([{ product: { version: 2 } }, { product: { version: 2 } }]);
  });

  test('stays the same for a person when orders only take the last pieces', async () => {
    const { id } = await fixture.addProduct({ stock: 6 });
    await adjustStock(fixture.deps, other, { id, difference: -1, reason: 'count' });

    expect(await updateProduct(fixture.deps, admin, { id, price: 5, expectedVersion: 1 })).toMatchObject({ product: { version: 3 } });
  });

  test('must be a version that there was', async () => {
    const { id } = await fixture.addProduct();

    expect(await updateProduct(fixture.deps, admin, { id, price: 5, expectedVersion: 9 })).toMatchObject({
      __typename: 'ProductChanged',
    });
    expect(await updateProduct(fixture.deps, admin, { id, price: 5, expectedVersion: 0 })).toMatchObject({
      problems: [{ field: 'expectedVersion' }],
    });
  });
});

describe('a request with an idempotency key', () => {
  const available = async (id: string) => (await findStocks(fixture.deps, [id]))[0]?.available;

  test('changes the stock once, also when it comes twice at once', async () => {
    const { id } = await fixture.addProduct({ stock: 10 });
    const adjust = (changes: object = {}) =>
      adjustStock(fixture.deps, admin, { id, difference: 5, reason: 'delivery', idempotencyKey: `stock ${id}`, ...changes });

    const results = await Promise.all([adjust(), adjust(), adjust()]);

    expect(results).toMatchObject(Array(3).fill({ product: { id } }));
    expect(await available(id)).toBe(15);
    expect(await adjust({ difference: 6 })).toMatchObject({ __typename: 'IdempotencyKeyReused', code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await adjust({ idempotencyKey: `other ${id}` })).toMatchObject({ product: { id } });
    expect(await available(id)).toBe(20);
  });

  test('is not used up by a user error', async () => {
    const { id } = await fixture.addProduct({ stock: 1 });
    const take = () => adjustStock(fixture.deps, admin, { id, difference: -2, reason: 'count', idempotencyKey: `take ${id}` });

    expect(await take()).toMatchObject({ __typename: 'NotEnoughStock' });
    await adjustStock(fixture.deps, admin, { id, difference: 1, reason: 'count' });
    expect(await take()).toMatchObject({ product: { id } });
    expect(await available(id)).toBe(0);
  });

  test('adds products once, and answers them in their order again', async () => {
    const products = [valid({ name: 'Twice B' }), valid({ name: 'Twice A' })];
    const add = (changes: object = {}) =>
      createProducts(fixture.deps, admin, { products, idempotencyKey: `add ${products[0]?.sku}`, ...changes });

    const [one, two] = await Promise.all([add(), add()]);

    expect(two).toEqual(one);
    expect(one).toMatchObject({ products: [{ name: 'Twice B' }, { name: 'Twice A' }] });
    expect(await add({ products: products.slice(1) })).toMatchObject({ __typename: 'IdempotencyKeyReused' });
  });

  test('is kept for a day, and for the admin whose it is', async () => {
    const { id } = await fixture.addProduct({ stock: 0 });
    const adjust = (who: typeof admin) =>
      adjustStock(fixture.deps, who, { id, difference: 1, reason: 'count', idempotencyKey: `day ${id}` });
    const age = (hours: number) =>
      fixture.database.query("UPDATE idempotency_keys SET used_at = now() - $2 * interval '1 minute' WHERE key = $1", [
        `day ${id}`,
        hours * 60,
      ]);

    await adjust(admin);
    await age(23.9);
    await adjust(admin);
    await adjust({ kind: 'user', userId: newId(), role: 'ADMIN' });
    expect(await available(id)).toBe(2);
    await age(24.1);
    await adjust(admin);
    expect(await available(id)).toBe(3);
  });
});

test('archives once', async () => {
  const { id } = await fixture.addProduct();
  await takeEvents(fixture.database);

  await archiveProduct(fixture.deps, admin, { id });
  const again = await archiveProduct(fixture.deps, admin, { id });

  expect(again).toMatchObject({ product: { archived: true, version: 2 } });
  expect(await takeEvents(fixture.database)).toMatchObject([{ type: 'product.archived', data: { archived: true, version: 2 } }]);
  expect(await archiveProduct(fixture.deps, admin, { id: newId() })).toMatchObject({ __typename: 'ProductNotFound' });
});

describe('restoring', () => {
  test('restores an archived product, and publishes it with a higher version', async () => {
    const { id } = await fixture.addProduct();
    await archiveProduct(fixture.deps, admin, { id });
    await takeEvents(fixture.database);

    const result = await restoreProduct(fixture.deps, admin, { id });
    const again = await restoreProduct(fixture.deps, admin, { id });

    expect(result).toMatchObject({ product: { archived: false, version: 3 } });
    expect(again).toEqual(result);
    expect(await takeEvents(fixture.database)).toMatchObject([
      { type: 'product.updated', data: { productId: id, archived: false, version: 3 } },
    ]);
    expect(await getProduct(fixture.deps, id)).toMatchObject({ id });
  });

  test('rejects what does not exist', async () => {
    expect(await restoreProduct(fixture.deps, admin, { id: newId() })).toMatchObject({ __typename: 'ProductNotFound' });
    expect(await restoreProduct(fixture.deps, admin, { id: 'x' })).toMatchObject({ problems: [{ field: 'id' }] });
  });
});

describe('adjusting the stock', () => {
  test('adds differences up, records the reason, and publishes only a new level', async () => {
    const { id } = await fixture.addProduct({ stock: 4 });
    await takeEvents(fixture.database);

    await adjustStock(fixture.deps, admin, { id, difference: 1, reason: 'count' });
    await adjustStock(fixture.deps, admin, { id, difference: 1, reason: 'delivery' });
    await adjustStock(fixture.deps, admin, { id, difference: -6, reason: 'breakage' });

    expect(await findStocks(fixture.deps, [id])).toEqual([{ available: 0, held: 0, committed: 0 }]);
    const { rows } = await fixture.database.query(
      'SELECT difference, reason, changed_by AS "by" FROM stock_changes WHERE product_id = $1 ORDER BY at, id',
      [id],
    );
    expect(rows).toEqual([
      { difference: 4, reason: 'Opening stock', by: admin.kind === 'user' && admin.userId },
      { difference: 1, reason: 'count', by: admin.kind === 'user' && admin.userId },
      { difference: 1, reason: 'delivery', by: admin.kind === 'user' && admin.userId },
      { difference: -6, reason: 'breakage', by: admin.kind === 'user' && admin.userId },
    ]);
    expect(await takeEvents(fixture.database)).toMatchObject([
      { type: 'product.availability-changed', data: { availability: 'IN_STOCK', version: 2 } },
      { type: 'product.availability-changed', data: { availability: 'OUT_OF_STOCK', version: 3 } },
    ]);
  });

  test('loses none of ten differences at once, and never goes below nothing', async () => {
    const { id } = await fixture.addProduct({ stock: 5 });

    const results = await Promise.all(
      Array.from({ length: 10 }, () => adjustStock(fixture.deps, admin, { id, difference: -1, reason: 'breakage' })),
    );

    expect(results.filter((result) => '__typename' in result)).toHaveLength(5);
    expect(results.find((result) => '__typename' in result)).toMatchObject({ __typename: 'NotEnoughStock', available: 0 });
    expect(await findStocks(fixture.deps, [id])).toMatchObject([{ available: 0 }]);
  });

  test('rejects what is not as it must be', async () => {
    const { id } = await fixture.addProduct({ stock: 1 });
    const adjust = (input: object) => adjustStock(fixture.deps, admin, { id, difference: 1, reason: 'count', ...input });

    expect(await adjust({ difference: 0 })).toMatchObject({ problems: [{ field: 'difference' }] });
    expect(await adjust({ difference: 1e9 })).toMatchObject({ problems: [{ field: 'difference' }] });
    expect(await adjust({ difference: 1_000_000 })).toMatchObject({ problems: [{ field: 'difference' }] });
    expect(await adjust({ reason: ' ' })).toMatchObject({ problems: [{ field: 'reason' }] });
    expect(await adjust({ id: newId() })).toMatchObject({ __typename: 'ProductNotFound' });
  });
});

test('the tables themselves reject less than nothing', async () => {
  const { id } = await fixture.addProduct({ stock: 1 });

  await expect(fixture.database.query('UPDATE products SET available = -1 WHERE id = $1', [id])).rejects.toThrow(
    /products_available_check/,
  );
  await expect(fixture.database.query('UPDATE products SET price = 0 WHERE id = $1', [id])).rejects.toThrow(/products_price_check/);
});
