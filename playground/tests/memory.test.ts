import { describe, expect, test } from '@jest/globals';
import { createMemory } from '../memory.ts';

describe('the memory of the playground', () => {
  const order = { id: 'o1', number: 'M-1' };

  test('fills in the ids of the answers before', () => {
    const memory = createMemory();
    memory.learn({ data: { products: { edges: [{ node: { id: 'p1', price: {} } }, { node: { id: 'p2', price: {} } }] } } });
    memory.learn({ data: { placeOrder: { order } } });
    memory.learn({ data: { paymentMethods: [{ id: 'visa' }, { id: 'declined' }] } });

    expect(memory.fill({ a: '{{productId}}', b: ['{{orderId}}'], c: '{{paymentMethodId}}' })).toEqual({ a: 'p1', b: ['o1'], c: 'visa' });
  });

  test('fills in the cart that was shown last, as numbers', () => {
    const memory = createMemory();
    memory.learn({ data: { addToCart: { cart: { id: 'c1', version: 2, total: { amount: 1250, currency: 'EUR' } } } } });
    memory.learn({ data: { placeOrder: { cart: { id: 'c1', version: 3, total: { amount: 5000, currency: 'EUR' } } } } });

    expect(memory.fill({ a: '{{cartVersion}}', b: { amount: '{{cartTotal}}' }, c: 'version {{cartVersion}}' })).toEqual({
      a: 3,
      b: { amount: 5000 },
      c: 'version 3',
    });
    expect(() => createMemory().fill({ cartVersion: '{{cartVersion}}' })).toThrow('Run AddToCart first');
  });

  test('names the example to run first', () => {
    expect(() => createMemory().fill({ orderId: '{{orderId}}' })).toThrow('Run PlaceOrder first');
  });

  test('makes something new for each request, the same within one', () => {
    const memory = createMemory();
    const { email, username } = memory.fill({ email: '{{new}}', username: '{{new}}' });

    expect(email).toBe(username);
    expect(memory.fill({ email: '{{new}}' }).email).not.toBe(email);
  });
});
