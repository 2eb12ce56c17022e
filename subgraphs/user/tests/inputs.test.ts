import { describe, expect, it } from '@jest/globals';
import { parseInput } from '#platform/input.ts';
import { edgeAddresses } from '#tests/support/edge-addresses.ts';
import { registerInput } from '../commands/register.ts';
import { saveAddressInput } from '../commands/save-address.ts';

const good = { email: 'ana@example.com', username: 'ana', password: 'tea in the afternoon' };
const wrongFields = (input: object) => {
  const parsed = parseInput(registerInput, { ...good, ...input });
  return parsed.ok ? [] : parsed.error.problems.map((problem) => problem.field);
};

describe('an e-mail address', () => {
  it.each(['ana@example.com', 'ana.nguyen+tea@mail.example.co', "o'neil@xn--bcher-kva.example", ' ana@example.com '])(
    'may be %s',
    (email) => {
      expect(wrongFields({ email })).toEqual([]);
    },
  );

  it.each([
    '',
    'ana',
    'ana@',
    '@example.com',
    'ana@localhost',
    'ana@@example.com',
    'ana@example..com',
    '.ana@example.com',
    'a..na@example.com',
    'ana@-example.com',
    'ana@example.com\r\nBcc: thief@example.com',
    'ana@example.com, thief@example.com',
    'Ana <ana@example.com>',
    'ana\u0000@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ana@${'a.'.repeat(130)}com`,
  ])('is not valid: %j', (email) => {
    expect(wrongFields({ email })).toEqual(['email']);
  });
});

describe('a username', () => {
  it.each(['ana', 'A.b-c_9', 'x'.repeat(30)])('may be %s', (username) => {
    expect(wrongFields({ username })).toEqual([]);
  });

  it.each(['an', 'x'.repeat(31), 'ana nguyen', 'ana@home', 'ảnh-hồng', '<b>ana</b>', 'ana\u0000'])('is not valid: %j', (username) => {
    expect(wrongFields({ username })).toEqual(['username']);
  });
});

describe('a password', () => {
  it.each(['tea in the afternoon', 'x1!y'.repeat(50), '   four   '.padEnd(12, '-'), 'trà chiều ở Huế'])('may be %j', (password) => {
    expect(wrongFields({ password })).toEqual([]);
  });

  it.each(['', 'nine char', '\ufdfa', '\ufdfa and tea', 'x1!y'.repeat(51), 'aaaaaaaaaaaa', 'ana@example.com', 'ANA@Example.com'])(
    'is not valid: %j',
    (password) => {
      expect(wrongFields({ password })).toEqual(['password']);
    },
  );

  it.each([
    ['four letters that came as twelve', 'ếộữở'.normalize('NFD')],
    ['ten kinds of blanks', '\u0020\u00a0\u1680\u2003\u3000\u200b\u2060\u3164\u115f\u2800'],
    ['half a character', 'tea in the afternoon \ud83d'],
  ])('is not valid: %s', (_, password) => {
    expect(wrongFields({ password })).toEqual(['password']);
  });

  it('has as many characters as code points: 200 may be outside of the basic plane', () => {
    expect(wrongFields({ password: '😀🍵🏮🐉'.repeat(50) })).toEqual([]);
    expect(wrongFields({ password: `${'😀🍵🏮🐉'.repeat(50)}a` })).toEqual(['password']);
  });

  it('is the same however its letters are composed', () => {
    const [composed, decomposed] = ['NFC', 'NFD'].map((form) =>
      parseInput(registerInput, { ...good, password: 'trà chiều ở Huế'.normalize(form) }),
    );

    expect(composed).toEqual(decomposed);
  });
});

describe('an address', () => {
  it.each(['name', 'line1', 'city'])('has a %s that can be seen', (field) => {
    const parsed = parseInput(saveAddressInput, {
      ...{ name: 'A', line1: 'B', city: 'C', postalCode: '49000', country: 'vn' },
      [field]: '\u3164\u200b',
    });

    expect(parsed.ok ? [] : parsed.error.problems.map((problem) => problem.field)).toEqual([field]);
  });

  it.each(Object.entries(edgeAddresses))('is saved at the edge of what is one: %s', (_, address) => {
    expect(parseInput(saveAddressInput, address)).toMatchObject({ ok: true });
  });

  it('keeps the country in capitals, and no empty second line', () => {
    const parsed = parseInput(saveAddressInput, { name: 'A', line1: 'B', line2: ' ', city: 'C', postalCode: '49000', country: 'vn' });

    expect(parsed).toMatchObject({ ok: true, value: { place: { country: 'VN', line2: null } } });
  });
});
