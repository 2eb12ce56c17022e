import { describe, expect, test } from '@jest/globals';
import { categoryKeyOf, freeSlug, nameKeyOf, searchPatternsOf, searchTextOf, searchWords, slugOf } from '../texts.ts';

describe('searching', () => {
  test('reads words without accents, capitals and signs', () => {
    expect(searchWords('Café-Crème, 2×Größe (neu)!')).toEqual(['cafe', 'creme', '2', 'grosse', 'neu']);
  });

  test('finds the beginnings of words', () => {
    expect(searchTextOf('Oak Table', 'For six.', 'oak-table-2')).toBe(' oak table for six oak table 2');
    expect(searchPatternsOf(' Oak TAB ')).toEqual(['% oak%', '% tab%']);
  });

  test('asks for nothing with blanks, and for what no product has with signs alone', () => {
    expect(searchPatternsOf('  ')).toBeNull();
    expect(searchPatternsOf('%_%')).toEqual(['']);
  });
});

test('categories are distinguished by their accents, not by capitals, blanks or encoding', () => {
  expect(categoryKeyOf(' Ấm  TRÀ '.normalize('NFD'))).toBe(categoryKeyOf('ấm trà'));
  for (const same of ['T\u200beas', 'Ｔｅａｓ', 'Te\u00adas', '\u2067TEAS\u2069', 'teas\ufeff']) expect(categoryKeyOf(same)).toBe('teas');
  expect(categoryKeyOf('Gewürzstraße')).toBe(categoryKeyOf('GEWÜRZSTRASSE'));
  expect(categoryKeyOf('Bàn')).not.toBe(categoryKeyOf('Bạn'));
});

test('a name is sorted by its words as they are spelled', () => {
  expect(nameKeyOf('“Đà Lạt”: Trà'.normalize('NFD'))).toBe('đà lạt trà');
});

describe('a slug', () => {
  test('is the name as it stands in an address', () => {
    expect(slugOf('Oak Table “Otto”, 2 m', 'SKU-1')).toBe('oak-table-otto-2-m');
  });

  test('has plain letters for Latin ones', () => {
    expect(slugOf('Đà Lạt Łódź Ærø Straße', '')).toBe('da-lat-lodz-aero-strasse');
    expect(slugOf('茶', '')).toBe('茶');
  });

  test('falls back to the article number', () => {
    expect(slugOf('!!!', 'SKU-1')).toBe('sku-1');
  });

  test('is cut without a hyphen at its end', () => {
    expect(slugOf(`${'a'.repeat(79)} b`, '')).toBe('a'.repeat(79));
  });

  test('gets the first free number', () => {
    expect(freeSlug('lamp', new Set())).toBe('lamp');
    expect(freeSlug('lamp', new Set(['lamp', 'lamp-2']))).toBe('lamp-3');
  });
});
