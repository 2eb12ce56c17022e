import { plainCharacters } from '#platform/text.ts';
import type { NewProductInput, UpdateProductInput } from '../../../../schema/operations/admin.types.ts';
import { mergeEdits } from '../../../forms/merge-edits.ts';
import { readEuros, readWhole, writeEuros } from './euros.ts';

export type Image = { readonly url: string; readonly alt: string };

/** A product as it stands in the fields: all of it text. */
export type Draft = {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly price: string;
  readonly stock: string;
  readonly images: readonly Image[];
};

/** Which kind of problem each field has, by its path, as in `images.0.alt`; empty when all is well. */
export type Problems = Readonly<Record<string, ProblemKind>>;
export type ProblemKind = 'sku' | 'skuTaken' | 'name' | 'description' | 'category' | 'price' | 'stock' | 'url' | 'alt' | 'images';

type Product = {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: { readonly name: string };
  readonly price: { readonly amount: number };
  readonly images: readonly Image[];
};

export const emptyDraft: Draft = { sku: '', name: '', description: '', category: '', price: '', stock: '0', images: [] };
export const mostImages = 10;

export function draftOf({ sku, name, description, category, price, images }: Product): Draft {
  const kept = images.map(({ url, alt }) => ({ url, alt }));
  return { sku, name, description, category: category.name, price: writeEuros(price.amount), stock: '0', images: kept };
}

export const isAddress = (url: string): boolean => /^https:\/\/[^\s/]+\S*$/.test(url) || /^\/(?!\/)\S+$/.test(url);

const isShort = (text: string, most: number): boolean => text.trim().length > 0 && text.trim().length <= most;

const checks: readonly (readonly [keyof Draft & ProblemKind, (draft: Draft) => boolean])[] = [
  ['sku', ({ sku }) => /^[A-Z0-9-]{1,40}$/.test(plainCharacters(sku))],
  ['name', ({ name }) => isShort(name, 120)],
  ['description', ({ description }) => description.trim().length <= 4000],
  ['category', ({ category }) => isShort(category, 60)],
  ['price', ({ price }) => readEuros(price) !== null],
  ['stock', ({ stock }) => readWhole(stock, { least: 0, most: 1_000_000 }) !== null],
  ['images', ({ images }) => images.length <= mostImages],
];

/** What is wrong, before the graph is asked. */
export function checkDraft(draft: Draft): Problems {
  const fields = checks.filter(([, isGood]) => !isGood(draft)).map(([field]) => [field, field] as const);
  const images = draft.images.flatMap(({ url, alt }, at) => [
    ...(isAddress(url) ? [] : [[`images.${at}.url`, 'url'] as const]),
    ...(isShort(alt, 200) ? [] : [[`images.${at}.alt`, 'alt'] as const]),
  ]);
  return Object.fromEntries([...fields, ...images]);
}

/** For a draft without problems. */
export function toNewProduct({ sku, name, description, category, price, stock, images }: Draft): NewProductInput {
  return {
    sku: plainCharacters(sku),
    name: name.trim(),
    description: description.trim(),
    category: category.trim(),
    price: readEuros(price) ?? 0,
    stock: readWhole(stock, { least: 0, most: 1_000_000 }) ?? 0,
    images: images.map(({ url, alt }) => ({ url, alt: alt.trim() })),
  };
}

/** Only what differs from the product as it was opened, so that another user's change of another field is kept. */
export function toUpdate(id: string, before: Draft, after: Draft, expectedVersion: number): UpdateProductInput {
  const product = toNewProduct(after);
  const old = toNewProduct(before);
  return {
    id,
    expectedVersion,
    ...(product.name === old.name ? {} : { name: product.name }),
    ...(product.description === old.description ? {} : { description: product.description ?? '' }),
    ...(product.category === old.category ? {} : { category: product.category }),
    ...(product.price === old.price ? {} : { price: product.price }),
    ...(JSON.stringify(product.images) === JSON.stringify(old.images) ? {} : { images: product.images ?? [] }),
  };
}

type Field = 'name' | 'description' | 'category' | 'price' | 'images';
const fields = ['name', 'description', 'category', 'price', 'images'] as const satisfies readonly Field[];

/** The changes of another user; `before` and `theirs` as they can be shown on a line, null where they cannot. */
export type ChangedField = {
  readonly field: 'name' | 'description' | 'category' | 'price' | 'pictures';
  readonly before: string | null;
  readonly theirs: string | null;
  /** True where something else was typed here, which stays. */
  readonly isMine: boolean;
};

/** Merges a concurrent edit: the user's input stays beside the saved values, and the changed fields are shown. */
export function mergeDrafts(before: Draft, mine: Draft, theirs: Draft): { draft: Draft; changed: readonly ChangedField[] } {
  const { draft, changed } = mergeEdits(fields, { before, mine, theirs });
  const shown = changed.map(({ field, isMine }) => ({
    field: field === 'images' ? ('pictures' as const) : field,
    before: field === 'images' || field === 'description' ? null : before[field],
    theirs: field === 'images' || field === 'description' ? null : theirs[field],
    isMine,
  }));
  return { draft, changed: shown };
}

export const isTyped = (before: Draft, draft: Draft): boolean => JSON.stringify(before) !== JSON.stringify(draft);

const kinds: Readonly<Record<string, ProblemKind>> = {
  sku: 'sku',
  name: 'name',
  description: 'description',
  category: 'category',
  price: 'price',
  stock: 'stock',
  url: 'url',
  alt: 'alt',
  images: 'images',
};

/** The graph's problems by the fields of the form: `products.0.images.1.alt` is `images.1.alt`. What has no field is left out. */
export function problemsByField(problems: readonly { readonly field: string }[]): Problems {
  const entries = problems.flatMap(({ field }) => {
    const path = field.replace(/^(input\.)?(products\.\d+\.)?/, '');
    const kind = kinds[path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? ''];
    return kind ? [[path, kind] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** With the picture at `at` moved by `by` places; unchanged at the ends. */
export function moved(images: readonly Image[], at: number, by: -1 | 1): readonly Image[] {
  const [one, other] = [images[at], images[at + by]];
  return one && other ? images.with(at, other).with(at + by, one) : images;
}
