import { describe, expect, test } from '@jest/globals';
import { AppError } from '#platform/errors.ts';
import { errorsOfFetch } from '../execution/failed-fetch.ts';

const away = new AppError('UNAVAILABLE', 'Away.');
const paths = (query: string, variables?: Record<string, unknown>) => errorsOfFetch(away, query, variables).errors.map(({ path }) => path);

describe('a fetch that failed', () => {
  test('leaves an error at each field of the root, under the name of the answer', () => {
    expect(paths('query Q__a__0{me{id} all:orders{edges{node{id}}} __typename}')).toEqual([['me'], ['all']]);
  });

  test('leaves an error at each field of each entity', () => {
    const query = 'query($representations:[_Any!]!){_entities(representations:$representations){...on Order{payment{id} __typename}}}';

    expect(paths(query, { representations: [{}, {}] })).toEqual([
      ['_entities', 0, 'payment'],
      ['_entities', 1, 'payment'],
    ]);
  });

  test('does not fill an answer with errors', () => {
    const query = 'query($representations:[_Any!]!){_entities(representations:$representations){...on Order{payment{id}}}}';

    expect(paths(query, { representations: Array.from({ length: 500 }, () => ({})) })).toHaveLength(20);
  });

  test('shows the code and the sentence, and nothing else', () => {
    expect(errorsOfFetch(away, '{a}', undefined).errors).toEqual([{ message: 'Away.', path: ['a'], extensions: { code: 'UNAVAILABLE' } }]);
  });
});
