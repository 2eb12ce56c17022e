import { z } from 'zod';
import { inputField } from '#platform/input.ts';
import { mostStock } from './domain.ts';
import { mostBase64 } from './pictures.ts';
import { searchWords } from './texts.ts';

const expectedVersion = inputField.wholeNumber(1, 2 ** 31 - 1).optional();
const idempotencyKey = inputField.line(8, 64).optional();

const mostPrice = 1_000_000;
const price = () => inputField.wholeNumber(1, mostPrice);
const name = () => inputField.text(1, 120);
const description = () => inputField.text(0, 4000);
const category = () => inputField.text(1, 60).refine((text) => searchWords(text).length > 0, 'Write at least one letter or digit.');

const image = z.object({
  url: z
    .string()
    .trim()
    .max(2000, 'Write at most 2000 characters.')
    .refine(isImageAddress, 'This must be an https address, or a path of this shop that begins with one slash.'),
  alt: inputField.text(0, 300),
});
const images = () => z.array(image).max(10, 'A product has at most 10 pictures.');

/** No blanks, quotes, angles, backslashes or control characters: nothing that a page, a style sheet or a mail would read as its own. */
function isImageAddress(text: string): boolean {
  if (/[\s\\"'`<>]|\p{C}/u.test(text)) return false;
  return /^\/[^/]/.test(text) || isHttpsAddress(text);
}

function isHttpsAddress(text: string): boolean {
  const url = text.startsWith('https://') ? URL.parse(text) : null;
  // a name and a password in it would be told to everybody who looks at the product
  return url !== null && url.username === '' && url.password === '';
}

const newProduct = z.object({
  sku: z
    .string()
    .trim()
    .regex(/^[A-Z0-9][A-Z0-9-]{0,39}$/, 'Write 1 to 40 of A–Z, 0–9 and hyphens.'),
  name: name(),
  description: description().default(''),
  category: category(),
  price: price(),
  stock: inputField.wholeNumber(0, mostStock).default(0),
  images: images().default([]),
});
export type NewProduct = z.output<typeof newProduct>;

export const createProductsInput = z.object({
  idempotencyKey,
  products: z
    .array(newProduct)
    .min(1, 'Give at least one product.')
    .max(100, 'Give at most 100 products at once.')
    .superRefine((products, context) => {
      for (const [at, { sku }] of products.entries()) {
        if (products.findIndex((product) => product.sku === sku) < at) {
          context.addIssue({ code: 'custom', path: [at, 'sku'], message: 'This article number is given twice.' });
        }
      }
    }),
});

export const updateProductInput = z.object({
  id: inputField.id(),
  expectedVersion,
  name: name().optional(),
  description: description().optional(),
  category: category().optional(),
  price: price().optional(),
  images: images().optional(),
});
export type ProductChanges = Omit<z.output<typeof updateProductInput>, 'id' | 'expectedVersion'>;

export const archiveProductInput = z.object({ id: inputField.id(), expectedVersion });

export const restoreProductInput = z.object({ id: inputField.id(), expectedVersion });

export const uploadPictureInput = z.object({
  data: z
    .string()
    .min(1, 'There is no picture in this.')
    .max(mostBase64, 'A picture has at most 500 KB.')
    .refine((data) => data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data), 'This is not base64.'),
});

export const adjustStockInput = z.object({
  id: inputField.id(),
  expectedVersion,
  idempotencyKey,
  difference: inputField.wholeNumber(-mostStock, mostStock).refine((difference) => difference !== 0, 'This must not be 0.'),
  reason: inputField.text(1, 200),
});
