import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../config.ts';
import { createSeal, createSealKey, sealKeys } from '../sealed-text.ts';

const keysOf = (text: string) => loadConfig({ KEYS: sealKeys() }, { KEYS: text }).KEYS;
const [old, current] = [createSealKey('2026'), createSealKey('2027')];

describe('a sealed text', () => {
  const seal = createSeal(keysOf(current));

  test('discloses nothing, differs each time, and is opened with the key', () => {
    const [one, other] = [seal.seal('a token', 'user 1'), seal.seal('a token', 'user 1')];

    expect(one).toMatch(/^2027\.[\w-]{16}\.[\w-]+$/);
    expect(one).not.toBe(other);
    expect([seal.open(one, 'user 1'), seal.open(other, 'user 1')]).toEqual(['a token', 'a token']);
  });

  test('is not opened when it is about something else, was changed, or by who has no such key', () => {
    const sealed = seal.seal('a token', 'user 1');
    const changed = `${sealed.slice(0, -3)}${sealed.at(-3) === 'A' ? 'B' : 'A'}${sealed.slice(-2)}`;

    for (const open of [
      () => seal.open(sealed, 'user 2'),
      () => seal.open(changed, 'user 1'),
      () => seal.open('2027..', 'user 1'),
      () => seal.open('', 'user 1'),
      () => createSeal(keysOf(old)).open(sealed, 'user 1'),
      () => createSeal(keysOf(createSealKey('2027'))).open(sealed, 'user 1'),
    ])
      expect(open).toThrow();
  });

  test('of an earlier key is opened as long as that is there', () => {
    const sealed = createSeal(keysOf(old)).seal('a token', 'user 1');

    expect(createSeal(keysOf(`${current}, ${old}`)).open(sealed, 'user 1')).toBe('a token');
  });
});

describe('the variable with the keys', () => {
  test.each(['', 'secret', '2026=c2hvcnQ=', `${old},${old}`, `${old},`, '2026=not base64 at all, but as long as that is..'])(
    'rejects %p, and does not repeat it',
    (text) => {
      let message = '';
      try {
        keysOf(text);
      } catch (error) {
        message = error instanceof Error ? error.message : '';
      }
      expect(message).toContain('KEYS');
      for (const part of text.split(/[=,]/).filter((one) => one.length > 5)) expect(message).not.toContain(part);
    },
  );
});
