import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import {
  assertAdmin,
  assertUser,
  createAccessTokenSigner,
  guest,
  InternalTokenVerifier,
  keyIdOf,
  readPublicKeys,
  signInternalToken,
  verifyAccessToken,
} from '../auth.ts';
import type { AppError } from '../errors.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const user = { userId: 'u1', role: 'CUSTOMER', sessionId: 's1' } as const;
const secret = 's'.repeat(32);
const good = {
  algorithm: 'RS256',
  issuer: 'marigold',
  audience: 'marigold',
  expiresIn: 60,
  header: { alg: 'RS256', typ: 'at+jwt' },
} as const;
const claims = { sub: 'u1', role: 'CUSTOMER' };

const codeOf = (run: () => unknown) => {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return (error as AppError).code;
  }
};

describe('an access token', () => {
  test('speaks for its user until it expires', () => {
    const { token, expiresAt } = createAccessTokenSigner(pem, 900).sign(user);
    const verified = verifyAccessToken(token, publicKey);

    expect(verified).toEqual({ identity: { kind: 'user', userId: 'u1', role: 'CUSTOMER' }, expiresAt, sessionId: user.sessionId });
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 890_000);
  });

  test('is verified by the key that its kid names in the published set', () => {
    const signer = createAccessTokenSigner(pem.replaceAll('\n', '\\n'), 900);
    const { token } = signer.sign(user);
    const key = readPublicKeys(JSON.parse(JSON.stringify(signer.publicKeys))).get(keyIdOf(token) ?? '');

    expect(key).toBeDefined();
    expect(key && verifyAccessToken(token, key).identity).toMatchObject({ userId: 'u1' });
    expect(JSON.stringify(signer.publicKeys)).not.toContain('"d"');
  });

  test('is accepted in the form that the next cases spoil', () => {
    expect(codeOf(() => verifyAccessToken(jwt.sign(claims, privateKey, good), publicKey))).toBe('accepted');
  });

  const header = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = header({ ...claims, iss: 'marigold', aud: 'marigold', exp: Math.floor(Date.now() / 1000) + 60 });
  const confused = `${header({ alg: 'HS256', typ: 'at+jwt' })}.${payload}`;
  const publicPem = createPublicKey(pem).export({ type: 'spki', format: 'pem' });

  test.each([
    ['without a signature (alg none)', `${header({ alg: 'none', typ: 'at+jwt' })}.${payload}.`],
    ['signed with the public key as a secret', `${confused}.${createHmac('sha256', publicPem).update(confused).digest('base64url')}`],
    ['of another issuer', jwt.sign(claims, privateKey, { ...good, issuer: 'somebody' })],
    ['for another audience', jwt.sign(claims, privateKey, { ...good, audience: 'elsewhere' })],
    ['of another type', jwt.sign(claims, privateKey, { ...good, header: { alg: 'RS256', typ: 'JWT' } })],
    [
      'that has expired',
      jwt.sign({ ...claims, exp: 1000 }, privateKey, { algorithm: 'RS256', issuer: 'marigold', audience: 'marigold', header: good.header }),
    ],
    [
      'without an expiry',
      jwt.sign(claims, privateKey, { algorithm: 'RS256', issuer: 'marigold', audience: 'marigold', header: good.header }),
    ],
    ['with a role that does not exist', jwt.sign({ sub: 'u1', role: 'ROOT' }, privateKey, good)],
    ['signed by another key', jwt.sign(claims, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, good)],
    ['that is no token', 'Bearer'],
  ])('is rejected %s', (_, token) => {
    expect(codeOf(() => verifyAccessToken(token, publicKey))).toBe('UNAUTHENTICATED');
  });
});

describe('an internal token', () => {
  test('carries the caller, or the guest', () => {
    const admin = { kind: 'user', userId: 'u2', role: 'ADMIN' } as const;

    expect(new InternalTokenVerifier(secret).verify(signInternalToken(admin, secret))).toEqual(admin);
    expect(new InternalTokenVerifier(secret).verify(signInternalToken(guest, secret))).toEqual(guest);
  });

  test('is verified once, and is no longer accepted when it has expired', () => {
    let now = Date.now();
    const verifier = new InternalTokenVerifier(secret, () => now);
    const token = signInternalToken({ kind: 'user', userId: 'u2', role: 'ADMIN' }, secret, 60);

    expect(verifier.verify(token)).toBe(verifier.verify(token));
    now += 61_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    expect(codeOf(() => verifier.verify(token))).toBe('UNAUTHENTICATED');
    clock.mockRestore();
  });

  test('is rejected with another secret, when it has expired, and when it is an access token', () => {
    expect(codeOf(() => new InternalTokenVerifier('o'.repeat(32)).verify(signInternalToken(guest, secret)))).toBe('UNAUTHENTICATED');
    expect(codeOf(() => new InternalTokenVerifier(secret).verify(signInternalToken(guest, secret, -1)))).toBe('UNAUTHENTICATED');
    expect(codeOf(() => new InternalTokenVerifier(secret).verify(jwt.sign(claims, privateKey, good)))).toBe('UNAUTHENTICATED');
  });
});

describe('an identity', () => {
  test('is asked for an account, or for an admin', () => {
    expect(codeOf(() => assertUser(guest))).toBe('UNAUTHENTICATED');
    expect(codeOf(() => assertAdmin(guest))).toBe('UNAUTHENTICATED');
    expect(codeOf(() => assertAdmin({ kind: 'user', userId: 'u1', role: 'CUSTOMER' }))).toBe('FORBIDDEN');
    expect(codeOf(() => assertAdmin({ kind: 'user', userId: 'u1', role: 'ADMIN' }))).toBe('accepted');
  });
});
