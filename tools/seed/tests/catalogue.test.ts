import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { catalogue } from '../catalogue.ts';
import { toSvg } from '../drawing.ts';

describe('the seeded catalogue', () => {
  test('has at least twenty-four products on four shelves', () => {
    expect(catalogue.length).toBeGreaterThanOrEqual(24);
    expect([...new Set(catalogue.map((product) => product.category))]).toEqual(['Teas', 'Ceramics', 'Lanterns', 'Textiles']);
  });

  test('has one product that is nearly gone and one that is sold out', () => {
    expect(catalogue.filter((product) => product.stock === 0)).toHaveLength(1);
    expect(catalogue.filter((product) => product.stock > 0 && product.stock <= 5)).toHaveLength(1);
  });

  test.each(catalogue.map((product) => [product.sku, product] as const))('is accepted by the shop: %s', (sku, product) => {
    expect(sku).toMatch(/^[A-Z0-9-]{1,40}$/);
    expect(product.name.length).toBeLessThanOrEqual(120);
    expect(product.price).toBeGreaterThan(0);
    expect(product.picture.alt).not.toBe('');
    expect(catalogue.filter((other) => other.sku === sku)).toHaveLength(1);
  });

  test.each(catalogue.map((product) => [product.sku, product] as const))('has the picture that is drawn now: %s', (sku, { picture }) => {
    const file = new URL(`../../../gateway/assets/pictures/${sku.toLowerCase()}.svg`, import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(toSvg(picture.draw(), picture.alt));
  });
});
