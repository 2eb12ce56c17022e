import { expect, test } from '@jest/globals';
import { parseInput } from '#platform/input.ts';
import { edgeAddresses } from '#tests/support/edge-addresses.ts';
import { placeOrderInput } from '../commands/place-order.ts';

const order = {
  idempotencyKey: 'a key of this order',
  cartVersion: 1,
  expectedTotal: { amount: 100, currency: 'EUR' },
  paymentMethodId: 'card-ok',
};

test.each(Object.entries(edgeAddresses))('an order goes to every address that can be saved: %s', (_, shippingAddress) => {
  expect(parseInput(placeOrderInput, { ...order, shippingAddress })).toMatchObject({ ok: true });
});
