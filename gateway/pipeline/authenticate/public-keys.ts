import type { KeyObject } from 'node:crypto';
import { request } from 'undici';
import { readPublicKeys } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';

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
export class PublicKeySource {
  readonly #options: PublicKeyOptions;
  readonly #now: () => number;
  #keys = new Map<string, KeyObject>();
  #triedAt = Number.NEGATIVE_INFINITY;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(options: PublicKeyOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /**
   * The key with this id, or null when the issuer does not know it.
   * @throws AppError UNAVAILABLE when no key was ever fetched and none can be fetched now.
   */
  async find(keyId: string): Promise<KeyObject | null> {
    const known = this.#keys.get(keyId);
    const mayFetch = this.#fetching !== undefined || this.#now() - this.#triedAt >= askAgainAfterMs;
    if (known) {
      // in the background: callers use the recently valid key meanwhile
      if (mayFetch && this.#now() - this.#fetchedAt > renewAfterMs) this.#refresh().catch(() => undefined);
      return known;
    }
    if (mayFetch) await this.#refresh();
    if (this.#keys.size === 0) throw new AppError('UNAVAILABLE', 'Access tokens cannot be checked at the moment. Try again soon.');
    return this.#keys.get(keyId) ?? null;
  }

  #refresh(): Promise<void> {
    if (this.#fetching !== undefined) return this.#fetching;
    this.#triedAt = this.#now();
    this.#fetching = this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** Never rejects for an issuer that does not answer: the keys stay as they are. */
  #fetch(): Promise<void> {
    return this.#options.fetchKeys().then(
      (found) => {
        const changed = [...found.keys()].join() !== [...this.#keys.keys()].join();
        this.#keys = found;
        this.#fetchedAt = this.#now();
        if (changed) this.#options.onChange?.();
      },
      (error: unknown) => this.#options.logger.warn({ error }, 'the public keys of the access tokens could not be fetched'),
    );
  }
}

/** Fetches a JWKS document (RFC 7517) within two seconds. */
export async function fetchPublicKeys(url: string): Promise<Map<string, KeyObject>> {
  const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(2000) });
  const document: unknown = await body.json();
  if (statusCode !== 200) throw new Error(`The key document was answered with HTTP ${statusCode}`);
  return readPublicKeys(document);
}
