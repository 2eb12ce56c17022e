import { type AccessToken, guest, type Identity, keyIdOf, verifyAccessToken } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import type { Caches } from '../../runtime/caches.ts';
import type { EndedSessions } from './ended-sessions.ts';
import { fetchPublicKeys, PublicKeySource } from './public-keys.ts';

/** `sessionId` is null for a guest, and where tokens know none. */
export type Caller = { readonly identity: Identity; readonly expiresAt: Date | null; readonly sessionId: string | null };
export type Identify = (token: string | undefined) => Promise<Caller>;

const maxCacheBytes = 16 * 1024 * 1024;
const maxTokenLength = 8192;

/**
 * The identity of an access token. Only a signature of the issuer makes a caller more than a guest, and a token that is
 * not good is rejected rather than forgotten, so that a client learns that it must renew it.
 */
export function createIdentify(options: {
  jwksUrl: string | undefined;
  endedSessions: Pick<EndedSessions, 'has'>;
  caches: Caches;
  logger: Logger;
  now?: () => number;
}): Identify {
  const { jwksUrl, now = Date.now } = options;
  // checking a signature costs 50 µs; most tokens come many times
  const kept = options.caches.open<AccessToken>('access-tokens', { maxBytes: maxCacheBytes, bytesOf: () => 500 });
  const keys =
    jwksUrl === undefined
      ? null
      : new PublicKeySource({ fetchKeys: () => fetchPublicKeys(jwksUrl), onChange: () => kept.clear(), logger: options.logger });

  const verify = async (token: string): Promise<AccessToken> => {
    if (keys === null) throw new AppError('UNAUTHENTICATED', 'Access tokens are not accepted: this gateway has no keys to verify them.');
    const keyId = token.length > maxTokenLength ? null : readKeyId(token);
    const key = keyId === null ? null : await keys.find(keyId);
    if (key === null) throw new AppError('UNAUTHENTICATED', 'The access token is not valid.');
    return verifyAccessToken(token, key);
  };

  /** A token is good by its signature, but its session may be over. */
  const assertGoesOn = (token: AccessToken): AccessToken => {
    if (token.sessionId === null || !options.endedSessions.has(token.sessionId)) return token;
    throw new AppError('UNAUTHENTICATED', 'This session has ended. Log in again.');
  };

  return async (token) => {
    if (token === undefined) return { identity: guest, expiresAt: null, sessionId: null };
    const known = kept.get(token);
    if (known && known.expiresAt.getTime() > now()) return assertGoesOn(known);
    kept.delete(token);
    const verified = await verify(token);
    kept.set(token, verified);
    return assertGoesOn(verified);
  };
}

/**
 * The token of an `authorization` header, undefined when there is none.
 * @throws AppError UNAUTHENTICATED for a header that is something else than a bearer token (RFC 6750).
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.trim() === '') return undefined;
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization.trim())?.[1];
  if (token === undefined) throw new AppError('UNAUTHENTICATED', "Send the access token as 'authorization: Bearer …'.");
  return token;
}

function readKeyId(token: string): string | null {
  try {
    return keyIdOf(token);
  } catch {
    return null;
  }
}
