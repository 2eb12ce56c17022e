import { expect, test } from '@jest/globals';
import { shorten } from '../shorten.ts';

test('a message of ordinary length and words stays as it is', () => {
  const message = `There is no operation named "${'a'.repeat(150)}", ${'word '.repeat(100)}`;

  expect(shorten(message)).toBe(message);
});

test('a long word is cut, and the sentence around it is kept', () => {
  expect(shorten(`There is nothing at ${'a'.repeat(5000)} . The graph is at /graphql.`)).toBe(
    `There is nothing at ${'a'.repeat(200)}… . The graph is at /graphql.`,
  );
});

test('many words are cut as well, however many there are', () => {
  expect(shorten('a '.repeat(1_000_000))).toBe(`${'a '.repeat(1000)}…`);
});
