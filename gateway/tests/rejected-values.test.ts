import { describe, expect, test } from '@jest/globals';
import { asRejectedValue, queryComponents } from '../execution/rejected-values.ts';

const codeOf = (message: string, code?: string, hasScalarLiterals = true) =>
  asRejectedValue({ message, extensions: code === undefined ? null : { code } }, hasScalarLiterals).extensions?.['code'];

describe('a rejection of a subgraph', () => {
  test.each([
    ['Variable "$date" got invalid value "x"; Expected type "Date".', undefined],
    ['Expected value of type "Date!", found "x".', undefined],
    ['Expected value of type "Date!", found "x".', 'GRAPHQL_VALIDATION_FAILED'],
    ['Not a date.', 'GRAPHQL_VALIDATION_FAILED'],
  ])('is about a value of the client: %s %s', (message, code) => {
    expect(codeOf(message, code)).toBe('BAD_USER_INPUT');
  });

  test.each([
    ['Cannot query field "x" on type "Y".', 'GRAPHQL_VALIDATION_FAILED'],
    ['Unknown argument "x".', 'GRAPHQL_VALIDATION_FAILED'],
    ['connect ECONNREFUSED', undefined],
    ['No.', 'FORBIDDEN'],
  ])('is about something else: %s %s', (message, code) => {
    expect(codeOf(message, code)).toBe(code);
  });

  test('is not about a literal where there was none', () => {
    expect(codeOf('Not a date.', 'GRAPHQL_VALIDATION_FAILED', false)).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('a query is taken apart', () => {
  const partsOf = (query: string) => queryComponents(query).map((part) => [part.query, [...part.variables]]);

  test('into its fields, each with its own variables and fragments', () => {
    expect(partsOf('query Q($a:Int,$b:Int){x:f(a:$a){...F} y(b:$b)} fragment F on T{g}')).toEqual([
      ['query Q($a:Int){x:f(a:$a){...F}}fragment F on T{g}', ['a']],
      ['query Q($b:Int){y(b:$b)}', ['b']],
    ]);
  });

  test('and what has no arguments stays together', () => {
    expect(partsOf('query Q($a:Int){p x:f(a:$a) q{r} s{t(b:1)}}')).toEqual([
      ['query Q{p q{r}}', []],
      ['query Q($a:Int){x:f(a:$a)}', ['a']],
      ['query Q{s{t(b:1)}}', []],
    ]);
  });

  test('into the fields of its entities, each for its type', () => {
    const query =
      'query($representations:[_Any!]!,$a:Int,$b:Int){_entities(representations:$representations){...on T{p x:f(a:$a) q} ...on U{y(b:$b) z}}}';

    expect(partsOf(query)).toEqual([
      ['query($representations:[_Any!]!){_entities(representations:$representations){...on T{p q}...on U{z}}}', ['representations']],
      ['query($representations:[_Any!]!$a:Int){_entities(representations:$representations){...on T{x:f(a:$a)}}}', ['representations', 'a']],
      ['query($representations:[_Any!]!$b:Int){_entities(representations:$representations){...on U{y(b:$b)}}}', ['representations', 'b']],
    ]);
  });

  test.each(['mutation{a(x:1) b}', '{a}', '{a b}', '{...F} fragment F on Query{a(x:1) b}'])(
    'unless that would be wrong or of no use: %s',
    (query) => {
      expect(queryComponents(query)).toEqual([]);
    },
  );
});
