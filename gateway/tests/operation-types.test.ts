import { expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { findMistakes } from '../pipeline/validate/validation.ts';

const schema = buildSchema('type Query { a: Int }');

test.each([
  ['mutation { a }', 'This graph has no mutations.'],
  ['subscription { a }', 'This graph has no subscriptions.'],
  ['subscription ($v: Boolean!) { a @skip(if: $v) }', 'This graph has no subscriptions.'],
  ['mutation A { ...F } query B { ...F } fragment F on Query { a }', 'This graph has no mutations.'],
])('an operation of a kind that the graph does not have is a mistake: %s', (text, message) => {
  expect(findMistakes(schema, parse(text), true).map((mistake) => mistake.message)).toContain(message);
});

test('one of a kind that it has is none', () => {
  expect(findMistakes(schema, parse('query A { a } query B { a }'), true)).toEqual([]);
});
