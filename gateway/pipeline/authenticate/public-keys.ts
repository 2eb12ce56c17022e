import type { KeyObject } from 'node:crypto';
import { request } from 'undici';
import { readPublicKeys } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';

export type PublicKeySource = {
  /**
   * The key with this id, or null when the issuer does not know it.
   * @throws AppError UNAVAILABLE when no key was ever fetched and none can be fetched now.
   */
  find(keyId: string): Promise<KeyObject | null>;
};

export type PublicKeyOptions = {
  fetchKeys(): Promise<Map<string, KeyObject>>;
  /** Called when the set of keys is another than before. */
  onChange?: () => void;
  now?: () => number;
  logger: Logger;
};

/** An unknown key id triggers a fetch from the issuer, but not more often than this: clients can invent ids. */
const askAgainAfterMs = 3000;
/** A key that was withdrawn stays good no longer than this. */
const renewAfterMs = 5 * 60_000;

/** The public keys of the issuer of access tokens, kept, and fetched again when they are old or a token names another one. */
export function createPublicKeySource({ fetchKeys, onChange, now = Date.now, logger }: PublicKeyOptions): PublicKeySource {
  let keys = new Map<string, KeyObject>();
  let triedAt = Number.NEGATIVE_INFINITY;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  const refresh = (): Promise<void> => {
    if (underWay !== undefined) return underWay;
    triedAt = now();
    underWay = fetchKeys()
      .then(
        (found) => {
          const changed = [...found.keys()].join() !== [...keys.keys()].join();
          keys = found;
          fetchedAt = now();
          if (changed) onChange?.();
        },
        (error: unknown) => logger.warn({ error }, 'the public keys of the access tokens could not be fetched'),
      )
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };

  return {
    async find(keyId) {
      const known = keys.get(keyId);
      const mayAsk = underWay !== undefined || now() - triedAt >= askAgainAfterMs;
      if (known) {
        // in the background: callers use the recently valid key meanwhile
        if (mayAsk && now() - fetchedAt > renewAfterMs) refresh().catch(() => undefined);
        return known;
      }
      if (mayAsk) await refresh();
      if (keys.size === 0) throw new AppError('UNAVAILABLE', 'Access tokens cannot be checked at the moment. Try again soon.');
      return keys.get(keyId) ?? null;
    },
  };
}

/** Fetches a JWKS document (RFC 7517) within two seconds. */
export async function fetchPublicKeys(url: string): Promise<Map<string, KeyObject>> {
  const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(2000) });
  const document: unknown = await body.json();
  if (statusCode !== 200) throw new Error(`The key document was answered with HTTP ${statusCode}`);
  return readPublicKeys(document);
}
