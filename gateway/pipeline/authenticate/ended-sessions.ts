import { request } from 'undici';
import { z } from 'zod';
import type { Logger } from '#platform/logger.ts';

/** The sessions that ended before their access tokens did, as this process knows them. */
export type EndedSessions = {
  has(sessionId: string): boolean;
  /** Remembers that they ended; until then a token of them may still look good. */
  end(sessionIds: readonly string[], until: Date): void;
  /** Calls `onEnded` once when the session ends, at once when it has; answers what forgets that. */
  watch(sessionId: string, onEnded: () => void): () => void;
  /** Fetches all ended sessions from the token issuer, to catch up on missed events. Never rejects. */
  reload(): Promise<void>;
  size(): number;
};

export type EndedSessionsOptions = {
  /** What the issuer answers now; null where there is none to ask. */
  fetchEnded: (() => Promise<readonly EndedSession[]>) | null;
  logger: Logger;
  now?: () => number;
};

type EndedSession = { readonly sessionId: string; readonly until: Date };

const sweepAtLeast = 1000;

/** A set of ids that forgets each when no token of it can be good any more. */
export function createEndedSessions({ fetchEnded, logger, now = Date.now }: EndedSessionsOptions): EndedSessions {
  const untilOf = new Map<string, number>();
  const watchers = new Map<string, Set<() => void>>();
  let sweepAt = sweepAtLeast;

  function remember(sessionId: string, until: number): void {
    if (until <= now() || untilOf.has(sessionId)) return;
    untilOf.set(sessionId, until);
    for (const onEnded of watchers.get(sessionId) ?? []) onEnded();
    watchers.delete(sessionId);
  }

  /** Costs one pass each time that there are twice as many. */
  function sweep(): void {
    if (untilOf.size < sweepAt) return;
    for (const [id, until] of untilOf) if (until <= now()) untilOf.delete(id);
    sweepAt = Math.max(sweepAtLeast, 2 * untilOf.size);
  }

  return {
    has: (sessionId) => untilOf.has(sessionId),
    end(sessionIds, until) {
      for (const id of sessionIds) remember(id, until.getTime());
      sweep();
    },
    watch(sessionId, onEnded) {
      if (untilOf.has(sessionId)) {
        onEnded();
        return () => undefined;
      }
      const all = watchers.get(sessionId) ?? new Set();
      watchers.set(sessionId, all.add(onEnded));
      return () => {
        all.delete(onEnded);
        if (all.size === 0 && watchers.get(sessionId) === all) watchers.delete(sessionId);
      };
    },
    async reload() {
      try {
        for (const { sessionId, until } of (await fetchEnded?.()) ?? []) remember(sessionId, until.getTime());
        sweep();
      } catch (error) {
        logger.warn({ error }, 'the sessions that ended could not be fetched; it is tried again');
      }
    },
    size: () => untilOf.size,
  };
}

const answered = z.object({ sessions: z.array(z.object({ sessionId: z.string(), until: z.coerce.date() })) });

/** Asks the issuer within two seconds. */
export async function fetchEndedSessions(url: string): Promise<readonly EndedSession[]> {
  const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(2000) });
  const document: unknown = await body.json();
  if (statusCode !== 200) throw new Error(`The ended sessions were answered with HTTP ${statusCode}`);
  return answered.parse(document).sessions;
}
