import { describe, expect, test } from '@jest/globals';
import { missingPaths } from '../execution/failed-fetch.ts';

const head = 'query($representations:[_Any!]!){_entities(representations:$representations)';

describe('what is missing when a fetch failed', () => {
  test('is each field of the root, under the name of the answer', () => {
    expect(missingPaths('query Q__a__0{me{id} all:orders{edges{node{id}}} __typename}', {})).toEqual([['me'], ['all']]);
  });

  test('is each field of each entity', () => {
    const query = `${head}{...on Order{payment{id} __typename}}}`;

    expect(missingPaths(query, { representations: [{}, {}] })).toEqual([
      ['_entities', 0, 'payment'],
      ['_entities', 1, 'payment'],
    ]);
  });

  test('is of entities of several types what each type is asked for', () => {
    const query = `${head}{...on Order{payment{id}} ...on Product{stock price}}}`;

    expect(missingPaths(query, { representations: [{ __typename: 'Product' }, { __typename: 'Order' }] })).toEqual([
      ['_entities', 0, 'stock'],
      ['_entities', 0, 'price'],
      ['_entities', 1, 'payment'],
    ]);
  });

  test('does not fill an answer with errors', () => {
    const representations = Array.from({ length: 500 }, () => ({}));

    expect(missingPaths(`${head}{...on Order{payment{id}}}}`, { representations })).toHaveLength(20);
  });
});
