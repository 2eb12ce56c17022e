import { z } from 'zod';
import { isCountry } from '#platform/countries.ts';
import { inputField } from '#platform/input.ts';

/** On one line: an address goes on labels and into mail headers. */
const { line } = inputField;

/** GraphQL hands an empty form field over as an empty text. */
const optionalLine = (max: number) =>
  line(0, max)
    .transform((text) => (text === '' ? undefined : text))
    .optional();

const largestInt = 2 ** 31 - 1;

export const placeOrderInput = z.object({
  idempotencyKey: line(8, 64),
  cartId: inputField.id().optional(),
  cartVersion: inputField.wholeNumber(1, largestInt),
  expectedTotal: z.object({ amount: inputField.wholeNumber(0, largestInt), currency: z.enum(['EUR']) }),
  paymentMethodId: line(1, 64),
  shippingAddress: z.object({
    name: line(1, 100),
    line1: line(1, 100),
    line2: optionalLine(100),
    city: line(1, 100),
    postalCode: line(2, 16),
    country: z.string().trim().toUpperCase().refine(isCountry, 'This is not a country code of ISO 3166-1, two letters.'),
  }),
});
export type PlaceOrderInput = z.output<typeof placeOrderInput>;

export const orderIdInput = z.object({ orderId: inputField.id() });
