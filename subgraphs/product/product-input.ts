import { z } from 'zod';
import { inputField } from '#platform/input.ts';
import { searchWords } from './texts.ts';

export const expectedVersion = inputField.wholeNumber(1, 2 ** 31 - 1).optional();
export const idempotencyKey = inputField.line(8, 64).optional();

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
  // a name and a password in it would be shown to every visitor of the product page
  return url !== null && url.username === '' && url.password === '';
}

/** The fields of a product, each as it must be when it is given. */
export const productField = { name, description, category, price, images } as const;
