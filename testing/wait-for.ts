import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves to the first value of `look` that is neither undefined, null nor false; rejects after `withinMs` and says what it waited for. */
export async function waitFor<T>(what: string, look: () => T | Promise<T>, withinMs = 5000): Promise<NonNullable<T>> {
  const end = Date.now() + withinMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== undefined && value !== null && value !== false) return value;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > end) throw new Error(`Waited ${withinMs} ms for ${what}`, { cause: lastError });
    await sleep(10);
  }
}
