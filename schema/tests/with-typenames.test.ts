import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { formatDocument } from '@urql/core';
import { type DocumentNode, parse, print } from 'graphql';
import { textWithTypenames, withTypenames } from '../with-typenames.ts';

const typed = (text: string) => textWithTypenames(parse(text));
const folder = new URL('../operations/', import.meta.url);
const registered = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((file) => file.endsWith('.graphql'));

test('asks for the type in every selection set but the operation’s own', () => {
  expect(typed('query Q($id: ID!) { order(id: $id) { id total { amount } } }')).toBe(
    print(parse('query Q($id: ID!) { order(id: $id) { id total { amount __typename } __typename } }')),
  );
});

test('asks in fragments as well, named or not', () => {
  expect(typed('{ a { ...F ... on B { c } } } fragment F on A { d { e } }')).toBe(
    print(parse('{ a { ...F ... on B { c __typename } __typename } } fragment F on A { d { e __typename } __typename }')),
  );
});

test('asks once where it is asked already, and again where only an alias was given', () => {
  const text = '{ a { __typename b } c { kind: __typename } }';

  expect(typed(text)).toBe(print(parse('{ a { __typename b } c { kind: __typename __typename } }')));
});

test('leaves the document it was given as it was, and changes nothing the second time', () => {
  const document = parse('subscription S { orders { id total { amount } } }');
  const before = print(document);

  const once = withTypenames(document);

  expect(print(document)).toBe(before);
  expect(textWithTypenames(once)).toBe(print(once));
});

test('does what the client of our pages does, with every registered operation', () => {
  const texts = registered.map((file) => readFileSync(new URL(file, folder), 'utf8'));

  expect(texts.length).toBeGreaterThan(0);
  expect(texts.map(typed)).toEqual(texts.map((text) => print(formatDocument(parse(text)) as DocumentNode)));
});
