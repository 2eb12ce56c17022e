import { describe, expect, test } from '@jest/globals';
import { asRefusedValue, queryParts } from '../execution/refused-values.ts';

const codeOf = (message: string, code?: string, hasScalarLiterals = true) =>
  asRefusedValue({ message, extensions: code === undefined ? null : { code } }, hasScalarLiterals).extensions?.['code'];

describe('a refusal of a subgraph', () => {
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
  test('into its fields, each with its own variables and fragments', () => {
    const parts = queryParts('query Q($a:Int,$b:Int){x:f(a:$a){...F} y(b:$b)} fragment F on T{g}');

    expect(parts.map(({ key, query, variables }) => [key, query, [...variables]])).toEqual([
      ['x', 'query Q($a:Int){x:f(a:$a){...F}}fragment F on T{g}', ['a']],
      ['y', 'query Q($b:Int){y(b:$b)}', ['b']],
    ]);
  });

  test.each(['mutation{a b}', '{a}', '{...F a} fragment F on Query{b}'])('unless that would be wrong or of no use: %s', (query) => {
    expect(queryParts(query)).toEqual([]);
  });
});
