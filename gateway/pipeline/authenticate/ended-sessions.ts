import { request } from 'undici';
import { z } from 'zod';
import type { Logger } from '#platform/logger.ts';

export type EndedSessionsOptions = {
  /** What the issuer answers now; null where there is none to ask. */
  fetchEnded: (() => Promise<readonly EndedSession[]>) | null;
  logger: Logger;
  now?: () => number;
};

type EndedSession = { readonly sessionId: string; readonly until: Date };

const sweepAtLeast = 1000;

/**
 * The sessions that ended before their access tokens did, as this process knows them: a set of ids that forgets each when no token of it can be
 * good any more.
 */
export class EndedSessions {
  readonly #options: EndedSessionsOptions;
  readonly #now: () => number;
  readonly #untilOf = new Map<string, number>();
  readonly #watchers = new Map<string, Set<() => void>>();
  #sweepAt = sweepAtLeast;

  constructor(options: EndedSessionsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  has(sessionId: string): boolean {
    return this.#untilOf.has(sessionId);
  }

  size(): number {
    return this.#untilOf.size;
  }

  /** Remembers that they ended; until then a token of them may still look good. */
  end(sessionIds: readonly string[], until: Date): void {
    for (const id of sessionIds) this.#remember(id, until.getTime());
    this.#sweep();
  }

  /** Calls `onEnded` once when the session ends, at once when it has; answers what forgets that. */
  watch(sessionId: string, onEnded: () => void): () => void {
    if (this.#untilOf.has(sessionId)) {
      onEnded();
      return () => undefined;
    }
    const all = this.#watchers.get(sessionId) ?? new Set();
    this.#watchers.set(sessionId, all.add(onEnded));
    return () => {
      all.delete(onEnded);
      if (all.size === 0 && this.#watchers.get(sessionId) === all) this.#watchers.delete(sessionId);
    };
  }

  /** Fetches all ended sessions from the token issuer, to catch up on missed events. Never rejects. */
  async reload(): Promise<void> {
    const { fetchEnded, logger } = this.#options;
    try {
      for (const { sessionId, until } of (await fetchEnded?.()) ?? []) this.#remember(sessionId, until.getTime());
      this.#sweep();
    } catch (error) {
      logger.warn({ error }, 'the sessions that ended could not be fetched; it is tried again');
    }
  }

  #remember(sessionId: string, until: number): void {
    if (until <= this.#now() || this.#untilOf.has(sessionId)) return;
    this.#untilOf.set(sessionId, until);
    for (const onEnded of this.#watchers.get(sessionId) ?? []) onEnded();
    this.#watchers.delete(sessionId);
  }

  /** Costs one pass each time that there are twice as many. */
  #sweep(): void {
    if (this.#untilOf.size < this.#sweepAt) return;
    for (const [id, until] of this.#untilOf) if (until <= this.#now()) this.#untilOf.delete(id);
    this.#sweepAt = Math.max(sweepAtLeast, 2 * this.#untilOf.size);
  }
}

const answered = z.object({ sessions: z.array(z.object({ sessionId: z.string(), until: z.coerce.date() })) });

/** Asks the issuer within two seconds. */
export async function fetchEndedSessions(url: string): Promise<readonly EndedSession[]> {
  const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(2000) });
  const document: unknown = await body.json();
  if (statusCode !== 200) throw new Error(`The ended sessions were answered with HTTP ${statusCode}`);
  return answered.parse(document).sessions;
}
