import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { bearerToken } from '../pipeline/authenticate/identity.ts';
import { PublicKeySource } from '../pipeline/authenticate/public-keys.ts';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;

function setUp() {
  const issuer = { now: 0, keys: new Map<string, KeyObject>([['a', key]]), away: false, asked: 0, changes: 0 };
  const source = new PublicKeySource({
    async fetchKeys() {
      issuer.asked += 1;
      if (issuer.away) throw new Error('away');
      return new Map(issuer.keys);
    },
    onChange: () => {
      issuer.changes += 1;
    },
    now: () => issuer.now,
    logger: pino({ level: 'silent' }),
  });
  return { issuer, source };
}

describe('the public keys', () => {
  test('are fetched when the first token comes, and kept', async () => {
    const { issuer, source } = setUp();

    expect(await source.find('a')).toBe(key);
    expect(await source.find('a')).toBe(key);
    expect(issuer.asked).toBe(1);
  });

  test('are fetched again for a new id, but not at once', async () => {
    const { issuer, source } = setUp();
    await source.find('a');
    issuer.keys.set('b', key);
    expect(await source.find('b')).toBeNull();

    issuer.now = 3000;

    expect(await source.find('b')).toBe(key);
    expect(issuer.asked).toBe(2);
  });

  test('stay good while the issuer is away', async () => {
    const { issuer, source } = setUp();
    await source.find('a');
    issuer.away = true;
    issuer.now = 3_600_000;

    expect(await source.find('a')).toBe(key);
  });

  test('are forgotten some minutes after they were withdrawn', async () => {
    const { issuer, source } = setUp();
    await source.find('a');
    issuer.keys.clear();
    issuer.keys.set('b', key);
    issuer.now = 301_000;
    // this one still has it, and allows fetching it again
    await source.find('a');

    expect(await source.find('b')).toBe(key);
    expect(await source.find('a')).toBeNull();
    expect(issuer.changes).toBe(2);
  });

  test('that never came are unavailable, not wrong', async () => {
    const { issuer, source } = setUp();
    issuer.away = true;

    await expect(source.find('a')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('the authorization header', () => {
  test('may be absent or empty', () => {
    expect(bearerToken(undefined)).toBeUndefined();
    expect(bearerToken(' ')).toBeUndefined();
  });

  test('holds a bearer token', () => {
    expect(bearerToken('Bearer a.b.c')).toBe('a.b.c');
    expect(bearerToken('bearer a.b.c')).toBe('a.b.c');
  });

  test.each(['Basic YTpi', 'a.b.c', 'Bearer', 'Bearer a b', 'Bearer a,b'])('is rejected as %s', (header) => {
    expect(() => bearerToken(header)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  });
});
