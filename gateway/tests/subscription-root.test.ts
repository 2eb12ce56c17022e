import { expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { findMistakes } from '../pipeline/validate/validation.ts';

const schema = buildSchema('type Query { a: Int } type Subscription { changed: Thing other: Thing } type Thing { id: ID }');
const mistakes = (text: string) => findMistakes(schema, parse(text), true).map(({ message }) => message);

test.each([
  'subscription($v: Boolean!) { changed @skip(if: $v) { id } }',
  'subscription { changed @include(if: true) { id } }',
  'subscription($v: Boolean!) { ... @include(if: $v) { changed { id } } }',
  'subscription($v: Boolean!) { ...F @skip(if: $v) } fragment F on Subscription { changed { id } }',
  'subscription($v: Boolean!) { ...F } fragment F on Subscription { ...G } fragment G on Subscription { changed @skip(if: $v) { id } }',
])('the root of a subscription is under no condition: %s', (text) => {
  expect(mistakes(text)).toEqual(['A subscription is to one thing for certain: its field is not put under @skip or @include.']);
});

test.each([
  'subscription($v: Boolean!) { changed { id @skip(if: $v) } }',
  'subscription { ...F } fragment F on Subscription { changed { id @include(if: false) } }',
  'query($v: Boolean!) { a @skip(if: $v) }',
])('what is inside of it may be: %s', (text) => {
  expect(mistakes(text)).toEqual([]);
});

test('it is one', () => {
  expect(mistakes('subscription { changed { id } other { id } }')).toEqual([
    'Anonymous Subscription must select only one top level field.',
  ]);
});
