import { setTimeout as sleep } from 'node:timers/promises';

/** What is asked whether it is ready. */
export type Watched = { readonly adminUrl: string; noteHealth(isHealthy: boolean): void };

const everyMs = 1000;
/** Long: a busy machine is slow to answer, and a copy that is slow is better than none. */
const answersWithinMs = 5000;
/** As often in a row a copy must fail to answer before it gets no connections any more. */
const failures = 2;

/** Asks each copy every second whether it is ready, as the probes of an orchestrator do: one that hangs is found, not one that ended. */
export function watchReadiness(copies: readonly Watched[]): { stop(): void } {
  const stopping = new AbortController();
  for (const copy of copies) void watch(copy, stopping.signal);
  return { stop: () => stopping.abort() };
}

async function watch(copy: Watched, stopping: AbortSignal): Promise<void> {
  let failed = 0;
  while (!stopping.aborted) {
    failed = (await isReady(copy.adminUrl)) ? 0 : failed + 1;
    copy.noteHealth(failed < failures);
    await sleep(everyMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

async function isReady(adminUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(answersWithinMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
