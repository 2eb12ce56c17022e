import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../contracts.ts';
import { toWaves } from '../waves.ts';

const fact = (text: string) => {
  const [key = '', type = ''] = text.split(':');
  return { key, type, id: text } as unknown as Fact;
};
const waves = (...texts: string[]) => toWaves(texts.map(fact)).map(({ facts }) => facts.map(({ id }) => id));

describe('the waves in which facts are handled', () => {
  test('hold together the facts of one type', () => {
    expect(waves('a:paid', 'b:paid', 'c:created')).toEqual([['a:paid', 'b:paid'], ['c:created']]);
  });

  test('keep the facts of one key in order, one in each', () => {
    expect(waves('a:created', 'b:created', 'a:paid', 'a:shipped', 'b:paid')).toEqual([
      ['a:created', 'b:created'],
      ['a:paid', 'b:paid'],
      ['a:shipped'],
    ]);
  });

  test('never hold a key twice, even with the same type', () => {
    expect(waves('a:paid', 'a:paid')).toEqual([['a:paid'], ['a:paid']]);
  });

  test('are none when there are no facts', () => {
    expect(waves()).toEqual([]);
  });
});
