import { setTimeout as sleep } from 'node:timers/promises';

const shortestPauseMs = 10;
/** Looking costs something, too, and what takes long does not end to the millisecond. */
const longestPauseMs = 50;

/** Resolves to the first value of `look` that is neither undefined, null nor false; rejects after `withinMs` with what it waited for. */
export async function waitFor<T>(what: string, look: () => T | Promise<T>, withinMs = 20_000): Promise<NonNullable<T>> {
  const end = Date.now() + withinMs;
  let lastError: unknown;
  for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    try {
      const value = await look();
      if (value !== undefined && value !== null && value !== false) return value;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > end) throw new Error(`Waited ${withinMs} ms for ${what}`, { cause: lastError });
    await sleep(pauseMs);
  }
}
