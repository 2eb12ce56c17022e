import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { guest } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { createSubgraphClient } from '#tests/support/subgraph-client.ts';
import { adjustStock } from '../commands/adjust-stock.ts';
import { archiveProduct } from '../commands/archive-product.ts';
import { createLoaders } from '../loaders.ts';
import { findPicture } from '../pictures.ts';
import { createResolvers } from '../resolvers.ts';
import { admin, customer, openProductFixture, type ProductFixture } from './fixture.ts';

let fixture: ProductFixture;
let ask: ReturnType<typeof createSubgraphClient>;
beforeAll(async () => {
  fixture = await openProductFixture('administration');
  ask = createSubgraphClient({
    sdl: new URL('../schema.graphql', import.meta.url),
    resolvers: createResolvers(fixture.deps),
    createLoaders: () => createLoaders(fixture.deps),
  });
});
afterAll(() => fixture.close());

const adminId = admin.kind === 'user' ? admin.userId : '';

describe('the movements of the stock', () => {
  const question = `query ($id: ID!, $first: Int, $after: String) {
    product(id: $id) { stockMovements(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { id at difference reason by { __typename id } } } } } }`;
  type Page = {
    totalCount: number;
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
    edges: { node: { id: string; difference: number; reason: string; by: unknown } }[];
  };
  const movementsOf = async (id: string, variables: object = {}, identity = admin): Promise<Page | null> => {
    const { data, errors } = await ask(identity, question, { id, ...variables });
    expect(errors).toBeUndefined();
    return (data as { product: { stockMovements: Page | null } }).product.stockMovements;
  };

  test('are visible to admins only, the newest first, with who made them; the first one is the opening stock', async () => {
    const { id } = await fixture.addProduct({ stock: 4 });
    await adjustStock(fixture.deps, admin, { id, difference: -1, reason: 'Breakage <b>&' });

    const page = await movementsOf(id);

    const by = { __typename: 'User', id: adminId };
    expect(page).toMatchObject({
      totalCount: 2,
      pageInfo: { hasNextPage: false, hasPreviousPage: false },
      edges: [{ node: { difference: -1, reason: 'Breakage <b>&', by } }, { node: { difference: 4, reason: 'Opening stock', by } }],
    });
    expect(await movementsOf(id, {}, customer)).toBeNull();
    expect(await movementsOf(id, {}, guest)).toBeNull();
  });

  test('of a product that began with nothing are none', async () => {
    const { id } = await fixture.addProduct({ stock: 0 });

    expect(await movementsOf(id)).toMatchObject({ totalCount: 0, edges: [], pageInfo: { endCursor: null } });
  });

  test('come page by page, each once, also those of one moment', async () => {
    const { id } = await fixture.addProduct({ stock: 1 });
    for (let change = 1; change <= 6; change += 1) await adjustStock(fixture.deps, admin, { id, difference: change, reason: 'count' });
    await fixture.database.query('UPDATE stock_changes SET at = $2 WHERE product_id = $1 AND difference > 2', [
      id,
      '2026-01-01T00:00:00.123Z',
    ]);
    const all = (await movementsOf(id, { first: 100 }))?.edges.map(({ node }) => node.id);

    const paged: string[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const page: Page | null = await movementsOf(id, { first: 2, after });
      paged.push(...(page?.edges.map(({ node }) => node.id) ?? []));
      after = page?.pageInfo.endCursor ?? null;
      more = page?.pageInfo.hasNextPage ?? false;
    }

    expect(all).toHaveLength(7);
    expect(paged).toEqual(all);
  });

  test('have no user when it is unknown who made them', async () => {
    const { id } = await fixture.addProduct({ stock: 1 });
    await fixture.database.query("UPDATE stock_changes SET changed_by = 'the old shop' WHERE product_id = $1", [id]);

    expect(await movementsOf(id)).toMatchObject({ edges: [{ node: { by: null } }] });
  });

  test.each([
    ['a page of none', { first: 0 }],
    ['a page that is too large', { first: 101 }],
    ['a cursor that is none', { after: 'x' }],
    ['a cursor of no moment', { after: Buffer.from(JSON.stringify([1e20, newId()])).toString('base64url') }],
    ['a cursor of a part of a millisecond', { after: Buffer.from(JSON.stringify([5e-324, newId()])).toString('base64url') }],
    ['a cursor of a moment before all time', { after: Buffer.from(JSON.stringify([-8.64e15, newId()])).toString('base64url') }],
    ['a cursor of no id', { after: Buffer.from(JSON.stringify([1, 'x'])).toString('base64url') }],
  ])('reject %s', async (_, variables) => {
    const { id } = await fixture.addProduct();

    const { errors } = await ask(admin, question, { id, ...variables });

    expect(errors?.[0]?.originalError).toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('of many products are read in one statement, their totals in another', async () => {
    const products = await Promise.all([fixture.addProduct(), fixture.addProduct(), fixture.addProduct()]);
    const representations = products.map(({ id }) => ({ __typename: 'Product', id }));
    const { query } = fixture.database;
    const statements: string[] = [];
    fixture.database.query = (text, ...rest) => {
      statements.push(text);
      return query(text, ...rest);
    };

    const { data } = await ask(
      admin,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Product { stockMovements { totalCount edges { node { difference } } } } } }`,
      { of: representations },
    );
    fixture.database.query = query;

    const one = { stockMovements: { totalCount: 1, edges: [{ node: { difference: 10 } }] } };
    expect(data).toEqual({ _entities: [one, one, one] });
    expect(statements.filter((text) => text.includes('stock_changes'))).toHaveLength(2);
  });
});

test('archived products are listed and counted for admins who ask, and paged through; for no other caller', async () => {
  const category = 'Attic';
  const [kept, gone] = [await fixture.addProduct({ category }), await fixture.addProduct({ category })];
  await archiveProduct(fixture.deps, admin, { id: gone.id });
  const question = `query ($archived: Boolean) { products(category: "attic", sort: PRICE_ASC, archived: $archived) { totalCount edges { node { id archived } } } }`;
  const idsFor = async (identity: typeof admin, archived: boolean | null) => {
    const { data } = await ask(identity, question, { archived });
    const { products } = data as { products: { totalCount: number; edges: { node: { id: string } }[] } };
    expect(products.totalCount).toBe(products.edges.length);
    return products.edges.map(({ node }) => node.id).toSorted();
  };

  expect(await idsFor(admin, true)).toEqual([kept.id, gone.id].toSorted());
  for (const [identity, archived] of [
    [admin, false],
    [admin, null],
    [customer, true],
    [guest, true],
  ] as const)
    expect(await idsFor(identity, archived)).toEqual([kept.id]);
});

test('restoring returns its user errors', async () => {
  const { id } = await fixture.addProduct();
  await archiveProduct(fixture.deps, admin, { id });
  const mutation =
    'mutation ($input: RestoreProductInput!) { restoreProduct(input: $input) { __typename ... on RestoreProductSuccess { product { archived } } ... on UserError { code } } }';

  expect((await ask(admin, mutation, { input: { id } })).data).toEqual({
    restoreProduct: { __typename: 'RestoreProductSuccess', product: { archived: false } },
  });
  expect((await ask(admin, mutation, { input: { id: newId() } })).data).toEqual({
    restoreProduct: { __typename: 'ProductNotFound', code: 'PRODUCT_NOT_FOUND' },
  });
});

describe('a picture', () => {
  const mutation = `mutation ($input: UploadPictureInput!) {
    uploadPicture(input: $input) { __typename ... on UploadPictureSuccess { url } ... on InvalidInput { problems { field message } } } }`;
  const upload = async (data: string) =>
    (await ask(admin, mutation, { input: { data } })).data?.['uploadPicture'] as Record<string, unknown>;
  const gif = 'R0lGODlhAQABAIAAAExpcYiIiCH5BAUAAAAALAAAAAABAAEAAAICTAEAOw==';
  const picture = (width: number, height: number) => sharp({ create: { width, height, channels: 4, background: '#4af8' } });
  /** Pixels that cannot be compressed. */
  const noise = (width: number, height: number) => sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } });
  const found = async (url: unknown) => await findPicture(fixture.deps, String(url).replace('/uploaded', ''));

  test('is kept once, in the sizes of pages, as WebP and as JPEG, and may be the picture of a product', async () => {
    const bytes = await picture(1600, 900).png().toBuffer();

    const [first, second] = [await upload(bytes.toString('base64')), await upload(bytes.toString('base64'))];

    expect(first).toEqual({
      __typename: 'UploadPictureSuccess',
      url: expect.stringMatching(/^\/pictures\/uploaded\/[0-9a-f]{32}-1200\.jpg$/),
    });
    expect(second).toEqual(first);
    const url = String(first['url']);
    for (const [name, mediaType, format, width] of [
      ['-1200.jpg', 'image/jpeg', 'jpeg', 1200],
      ['-1200.webp', 'image/webp', 'webp', 1200],
      ['-800.webp', 'image/webp', 'webp', 800],
      ['-400.webp', 'image/webp', 'webp', 400],
    ] as const) {
      const file = await found(url.replace('-1200.jpg', name));
      expect(file?.mediaType).toBe(mediaType);
      expect(await sharp(file?.bytes).metadata()).toMatchObject({ format, width, height: Math.round((width * 9) / 16) });
    }
    for (const other of ['-400.jpg', '-1600.webp', '.jpg', '-1200.png']) expect(await found(url.replace('-1200.jpg', other))).toBeNull();
    expect(await fixture.addProduct({ images: [{ url, alt: 'A dot' }] })).toMatchObject({ images: [{ url }] });
  });

  test('is rotated upright, never enlarged, and stripped of its location', async () => {
    const bytes = await picture(60, 20)
      .jpeg()
      .withExif({ IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitude: '16/1 2/1 3/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(await sharp(bytes).metadata()).toMatchObject({ orientation: 6, exif: expect.anything() });

    const { url } = await upload(bytes.toString('base64'));

    for (const name of ['-1200.jpg', '-400.webp']) {
      const metadata = await sharp((await found(String(url).replace('-1200.jpg', name)))?.bytes).metadata();
      expect([metadata.width, metadata.height, metadata.exif, metadata.orientation]).toEqual([20, 60, undefined, undefined]);
    }
  });

  test('of which no size can be small enough is written in a lower quality', async () => {
    const bytes = await noise(1100, 1100).jpeg({ quality: 20 }).toBuffer();
    expect(bytes.length).toBeLessThan(512_000);

    const { url } = await upload(bytes.toString('base64'));

    expect((await found(url))?.bytes.length).toBeLessThanOrEqual(512_000);
  });

  test('of 500 KB is kept, one byte more is not', async () => {
    const small = await picture(10, 10).jpeg().toBuffer();
    const largest = Buffer.concat([small, Buffer.alloc(512_000 - small.length, 1)]);

    expect(await upload(largest.toString('base64'))).toMatchObject({ __typename: 'UploadPictureSuccess' });
    for (const more of [1, 2, 3, 1000])
      expect(await upload(Buffer.concat([largest, Buffer.alloc(more)]).toString('base64'))).toEqual({
        __typename: 'InvalidInput',
        problems: [{ field: 'data', message: 'A picture has at most 500 KB.' }],
      });
  });

  test('that is damaged or enormous is rejected with the reason', async () => {
    const damaged = (await noise(200, 200).png().toBuffer()).subarray(0, 60_000);
    const enormous = await sharp({ create: { width: 8000, height: 6000, channels: 3, background: '#fff' } })
      .png({ palette: true, colours: 2 })
      .toBuffer();

    expect(await upload(damaged.toString('base64'))).toMatchObject({
      problems: [{ field: 'data', message: 'The picture is damaged: it cannot be decoded to its end.' }],
    });
    expect(await upload(enormous.toString('base64'))).toMatchObject({
      problems: [{ field: 'data', message: 'A picture has at most 40 megapixels; this one has 8000 × 6000 pixels.' }],
    });
  });

  test.each([
    ['nothing', '', 'There is no picture in this.'],
    ['an address', `data:image/png;base64,AAAA`, 'This is not base64.'],
    ['half a base64', 'AAA', 'This is not base64.'],
    ['the beginning of one', Buffer.from('89504e470d0a1a0a', 'hex').toString('base64'), 'This is not a PNG, JPEG or WebP picture.'],
    ['a GIF', gif, 'This is not a PNG, JPEG or WebP picture.'],
    ['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64'), 'This is not a PNG, JPEG or WebP picture.'],
  ])('is not %s', async (_, data, message) => {
    expect(await upload(data)).toMatchObject({ problems: [{ field: 'data', message }] });
  });

  test.each(['/pictures/x.png', `/pictures/${'0'.repeat(32)}.png`, '/pictures/../graphql', '/'])('is not at %s', async (path) => {
    expect(await findPicture(fixture.deps, path)).toBeNull();
  });
});
