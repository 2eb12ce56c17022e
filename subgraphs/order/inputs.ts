import { z } from 'zod';
import { addressInput } from '#platform/address/address-input.ts';
import { inputField } from '#platform/input.ts';

const { line } = inputField;

const largestInt = 2 ** 31 - 1;

export const placeOrderInput = z.object({
  idempotencyKey: line(8, 64),
  cartId: inputField.id().optional(),
  cartVersion: inputField.wholeNumber(1, largestInt),
  expectedTotal: z.object({ amount: inputField.wholeNumber(0, largestInt), currency: z.enum(['EUR']) }),
  paymentMethodId: line(1, 64),
  shippingAddress: addressInput,
});
export type PlaceOrderInput = z.output<typeof placeOrderInput>;

export const orderIdInput = z.object({ orderId: inputField.id(), expectedVersion: inputField.wholeNumber(1, 2 ** 31 - 1).optional() });
