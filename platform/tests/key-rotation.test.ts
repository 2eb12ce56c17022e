import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  createAccessTokenSigner,
  InternalTokenVerifier,
  keyIdOf,
  readPublicKeys,
  signEmailLink,
  signInternalToken,
  verifyAccessToken,
  verifyEmailLink,
} from '../auth.ts';
import { ConfigError, loadConfig, variable } from '../config.ts';

const newPem = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const newSecret = () => randomBytes(36).toString('base64url');
const user = { userId: 'u1', role: 'CUSTOMER', sessionId: 's1' } as const;
const identity = { kind: 'user', userId: 'u1', role: 'CUSTOMER' } as const;

/** Whether a verifier that knows the published keys of one process takes a token of another. */
function accepts(verifier: string, signer: string): boolean {
  const { token } = createAccessTokenSigner(signer, 900).sign(user);
  const key = readPublicKeys(createAccessTokenSigner(verifier, 900).publicKeys).get(keyIdOf(token) ?? '');
  return key !== undefined && verifyAccessToken(token, key).identity.kind === 'user';
}

describe('the key of access tokens is replaced while processes of two steps run side by side', () => {
  const [old, next] = [newPem(), newPem()];
  const steps = [old, old + next, next + old.replaceAll('\n', '\\n'), next];

  test.each([1, 2])('step %i: each process accepts what any other signs', (step) => {
    const [before = '', after = ''] = steps.slice(step - 1);

    expect([accepts(before, after), accepts(after, before), accepts(after, after)]).toEqual([true, true, true]);
  });

  test('and in the end the old key is worth nothing', () => {
    expect([accepts(steps[3] ?? '', steps[2] ?? ''), accepts(steps[2] ?? '', steps[3] ?? '')]).toEqual([true, true]);
    expect(accepts(next, old)).toBe(false);
  });
});

describe('the secret of internal calls is replaced while processes of two steps run side by side', () => {
  const [old, next] = [newSecret(), newSecret()];
  const steps = [[old], [old, next], [next, old], [next]];

  test.each([1, 2, 3])('step %i: each process accepts what any other signs', (step) => {
    const [before = [], after = []] = steps.slice(step - 1);

    for (const [verifier, signer] of [
      [before, after],
      [after, before],
    ] as const) {
      expect(new InternalTokenVerifier(verifier).verify(signInternalToken(identity, signer))).toEqual(identity);
    }
  });

  test('links in mails of the old one are good as long as it verifies', () => {
    const link = signEmailLink({ userId: 'u1', email: 'a@example.com' }, old);

    expect(verifyEmailLink(link, [next, old])).toEqual({ userId: 'u1', email: 'a@example.com' });
    expect(() => verifyEmailLink(link, next)).toThrow('not valid');
  });

  test('a token that has expired is reported as such, whichever secret signed it', () => {
    expect(() => new InternalTokenVerifier([old, next]).verify(signInternalToken(identity, old, -1))).toThrow('expired');
    expect(() => new InternalTokenVerifier([old, next]).verify(signInternalToken(identity, next, -1))).toThrow('expired');
  });

  test('each secret of the list must be long enough', () => {
    const shape = { INTERNAL_TOKEN_SECRET: variable.secrets() };

    expect(loadConfig(shape, { INTERNAL_TOKEN_SECRET: `${old},${next}` }).INTERNAL_TOKEN_SECRET).toEqual([old, next]);
    expect(() => loadConfig(shape, { INTERNAL_TOKEN_SECRET: `${old},short` })).toThrow(ConfigError);
    expect(() => loadConfig(shape, { INTERNAL_TOKEN_SECRET: `${old},` })).toThrow(ConfigError);
  });
});
