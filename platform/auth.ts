import { createHash, createPrivateKey, createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { AppError } from './errors.ts';

/** Who asks. A guest has no account; everything a guest owns is known by an unguessable id. */
export type Identity = { readonly kind: 'guest' } | { readonly kind: 'user'; readonly userId: string; readonly role: Role };
export type Role = 'CUSTOMER' | 'ADMIN';

export const guest: Identity = { kind: 'guest' };

export function isAdmin(identity: Identity): boolean {
  return identity.kind === 'user' && identity.role === 'ADMIN';
}

/** @throws AppError UNAUTHENTICATED for a guest. */
export function assertUser(identity: Identity): { userId: string; role: Role } {
  if (identity.kind === 'guest') throw new AppError('UNAUTHENTICATED', 'Log in to do this.');
  return identity;
}

/** @throws AppError UNAUTHENTICATED for a guest, FORBIDDEN for a customer. */
export function assertAdmin(identity: Identity): { userId: string } {
  const user = assertUser(identity);
  if (user.role !== 'ADMIN') throw new AppError('FORBIDDEN', 'Only an admin of the shop may do this.');
  return user;
}

const issuer = 'marigold';
const audience = 'marigold';
const internalIssuer = 'marigold-gateway';
const internalAudience = 'marigold-subgraphs';
const role = z.enum(['CUSTOMER', 'ADMIN']);
const accessClaims = z.object({ sub: z.string().min(1), role, exp: z.number(), sid: z.string().optional() });
const internalClaims = z.object({ exp: z.number(), sub: z.string().min(1).optional(), role: role.optional() });

/** `sessionId` null: of an issuer that knows no sessions. */
export type AccessToken = { identity: Identity; expiresAt: Date; sessionId: string | null };
export type PublicKeys = { keys: readonly (JsonWebKey & { kid: string })[] };

/** The private keys of a PEM text, in which `\\n` may stand for a line break. @throws Error for one that is no key. */
export function readPrivateKeys(pem: string): KeyObject[] {
  const blocks = pem.replaceAll('\\n', '\n').match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [];
  return blocks.map((block) => createPrivateKey(block));
}

/**
 * Signs access tokens (RS256, RFC 7519, `typ` at+jwt as in RFC 9068). The keys are RSA private keys in PEM, 2048 bits or more: the first
 * signs, and all are published, so that tokens of a key that is being replaced go on being accepted. @throws Error when there is none.
 */
export function createAccessTokenSigner(privateKeysPem: string, lifetimeSeconds: number) {
  const privateKeys = readPrivateKeys(privateKeysPem);
  const [privateKey] = privateKeys;
  if (privateKey === undefined) throw new Error('There is no private key to sign with.');
  const jwks = privateKeys.map((key) => createPublicKey(key).export({ format: 'jwk' }));
  const publicKeys: PublicKeys = { keys: jwks.map((jwk) => ({ ...jwk, kid: thumbprint(jwk), use: 'sig', alg: 'RS256' })) };
  const keyid = publicKeys.keys[0]?.kid ?? '';
  return {
    publicKeys,
    lifetimeMs: lifetimeSeconds * 1000,
    sign(user: { userId: string; role: Role; sessionId: string }): { token: string; expiresAt: Date } {
      const exp = Math.floor(Date.now() / 1000) + lifetimeSeconds;
      const token = jwt.sign({ sub: user.userId, role: user.role, sid: user.sessionId, exp }, privateKey, {
        algorithm: 'RS256',
        keyid,
        issuer,
        audience,
        header: { alg: 'RS256', typ: 'at+jwt', kid: keyid },
      });
      return { token, expiresAt: new Date(exp * 1000) };
    },
  };
}

/** RFC 7638 for an RSA key. */
function thumbprint(jwk: JsonWebKey): string {
  return createHash('sha256')
    .update(JSON.stringify({ e: jwk.e, kty: jwk.kty, n: jwk.n }))
    .digest('base64url');
}

/** The key ids and keys of a JWKS document; keys of other kinds than RSA are left out. */
export function readPublicKeys(document: unknown): Map<string, KeyObject> {
  const jwks = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) }).parse(document);
  return new Map(
    jwks.keys.filter((key) => key.kty === 'RSA').map((key) => [key.kid, createPublicKey({ key: key as JsonWebKey, format: 'jwk' })]),
  );
}

/** The `kid` of a token that nothing has verified yet, or null. */
export function keyIdOf(token: string): string | null {
  return jwt.decode(token, { complete: true })?.header.kid ?? null;
}

/**
 * Who an access token speaks for: algorithm, type, issuer, audience and expiry are pinned.
 * @throws AppError UNAUTHENTICATED when anything about it is not as it must be.
 */
export function verifyAccessToken(token: string, key: KeyObject): AccessToken {
  const claims = verify(token, key, 'RS256', 'at+jwt', issuer, audience, accessClaims);
  return {
    identity: { kind: 'user', userId: claims.sub, role: claims.role },
    expiresAt: new Date(claims.exp * 1000),
    sessionId: claims.sid ?? null,
  };
}

/** A secret, or several while one is being replaced: the first signs, all verify. */
export type Secrets = string | readonly string[];
const allOf = (secrets: Secrets): readonly string[] => (typeof secrets === 'string' ? [secrets] : secrets);
const firstOf = (secrets: Secrets): KeyObject => keyOf(allOf(secrets)[0] ?? '');

const keys = new LRUCache<string, KeyObject>({ max: 16 });

/** jsonwebtoken tries a text as a public key first, which costs more than to verify with it. */
function keyOf(secret: string): KeyObject {
  const key = keys.get(secret) ?? createSecretKey(Buffer.from(secret));
  keys.set(secret, key);
  return key;
}

/** Signs the caller's identity for a subgraph (HS256, one minute). */
export function signInternalToken(identity: Identity, secrets: Secrets, lifetimeSeconds = 60): string {
  const claims = identity.kind === 'user' ? { sub: identity.userId, role: identity.role } : {};
  return jwt.sign(claims, firstOf(secrets), {
    algorithm: 'HS256',
    issuer: internalIssuer,
    audience: internalAudience,
    expiresIn: lifetimeSeconds,
    header: { alg: 'HS256', typ: 'internal+jwt' },
  });
}

const mostVerified = 2000;
const longestKept = 1000;

/** Verifies the gateway's tokens. It sends one along with many requests of a caller, so what was verified is kept until it expires. */
export class InternalTokenVerifier {
  readonly #secrets: Secrets;
  readonly #now: () => number;
  readonly #verified = new LRUCache<string, { readonly identity: Identity; readonly expiresAt: number }>({ max: mostVerified });

  constructor(secrets: Secrets, now: () => number = Date.now) {
    this.#secrets = secrets;
    this.#now = now;
  }

  /** @throws AppError UNAUTHENTICATED when the token is not the gateway's, or has expired. */
  verify(token: string): Identity {
    const kept = this.#verified.get(token);
    if (kept !== undefined && this.#now() < kept.expiresAt) return kept.identity;
    const claims = verifyWithAny(token, this.#secrets, 'internal+jwt', internalIssuer, internalAudience, internalClaims);
    const identity: Identity =
      claims.sub !== undefined && claims.role !== undefined ? { kind: 'user', userId: claims.sub, role: claims.role } : guest;
    if (token.length <= longestKept) this.#verified.set(token, { identity, expiresAt: claims.exp * 1000 });
    return identity;
  }
}

const linkIssuer = 'marigold';
const linkAudience = 'marigold-email';
const linkClaims = z.object({ sub: z.string().min(1), email: z.string().min(1) });
/** Long enough for a mail that is read after a holiday. */
const linkLifetimeSeconds = 14 * 24 * 60 * 60;

/** What a link in a mail to `email` shows: its holder receives mails at that address (HS256, two weeks). It is not a log-in. */
export function signEmailLink({ userId, email }: { userId: string; email: string }, secrets: Secrets): string {
  return jwt.sign({ sub: userId, email }, firstOf(secrets), {
    algorithm: 'HS256',
    issuer: linkIssuer,
    audience: linkAudience,
    expiresIn: linkLifetimeSeconds,
    header: { alg: 'HS256', typ: 'email+jwt' },
  });
}

/** @throws AppError UNAUTHENTICATED when it is not from one of our mails, or too old. */
export function verifyEmailLink(token: string, secrets: Secrets): { userId: string; email: string } {
  const { sub, email } = verifyWithAny(token, secrets, 'email+jwt', linkIssuer, linkAudience, linkClaims);
  return { userId: sub, email };
}

/** @throws AppError UNAUTHENTICATED when none of the secrets has signed the token, or it has expired. */
function verifyWithAny<Claims>(
  token: string,
  secrets: Secrets,
  typ: string,
  expectedIssuer: string,
  expectedAudience: string,
  claims: z.ZodType<Claims>,
): Claims {
  const [secret = '', ...others] = allOf(secrets);
  try {
    return verify(token, keyOf(secret), 'HS256', typ, expectedIssuer, expectedAudience, claims);
  } catch (error) {
    // its signature is right
    const isExpired = error instanceof AppError && error.cause instanceof jwt.TokenExpiredError;
    if (others.length === 0 || isExpired) throw error;
    return verifyWithAny(token, others, typ, expectedIssuer, expectedAudience, claims);
  }
}

function verify<Claims>(
  token: string,
  key: KeyObject,
  algorithm: 'RS256' | 'HS256',
  typ: string,
  expectedIssuer: string,
  expectedAudience: string,
  claims: z.ZodType<Claims>,
): Claims {
  try {
    const { header, payload } = jwt.verify(token, key, {
      algorithms: [algorithm],
      issuer: expectedIssuer,
      audience: expectedAudience,
      complete: true,
    });
    if (header.typ !== typ) throw new Error(`the token is of type ${header.typ}, not ${typ}`);
    return claims.parse(payload);
  } catch (cause) {
    const expired = cause instanceof jwt.TokenExpiredError;
    throw new AppError('UNAUTHENTICATED', expired ? 'The access token has expired.' : 'The access token is not valid.', { cause });
  }
}
