import { describe, expect, test } from '@jest/globals';
import { formatsOf } from '../messages/formats.ts';

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('English', () => {
  const formats = formatsOf('en');

  test('writes money with its sign before it', () => {
    expect(plain(formats.money({ amount: 123_450, currency: 'EUR' }))).toBe('€1,234.50');
  });

  test.each([
    [0, '0 ms'],
    [43.4, '43 ms'],
    [999, '999 ms'],
    [1250, '1.3 s'],
    [59_900, '59.9 s'],
    [150_000, '2 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
    [-5, '0 ms'],
  ])('writes %d ms as people do', (ms, text) => {
    expect(formats.duration(ms)).toBe(text);
  });

  test('has a form for one', () => {
    const forms = { one: '# product', other: '# products' };

    expect([0, 1, 1200].map((value) => formats.count(value, forms))).toEqual(['0 products', '1 product', '1,200 products']);
  });
});

describe('Vietnamese', () => {
  const formats = formatsOf('vi');

  test('writes money with its sign behind it', () => {
    expect(plain(formats.money({ amount: 123_450, currency: 'EUR' }))).toBe('1.234,50 €');
  });

  test('has one form for all numbers', () => {
    expect([1, 2].map((value) => formats.count(value, { other: '# sản phẩm' }))).toEqual(['1 sản phẩm', '2 sản phẩm']);
  });
});
