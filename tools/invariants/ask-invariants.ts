import { setTimeout as sleep } from 'node:timers/promises';
import { type Invariant, invariants, type Witness } from './invariants.ts';
import { readSnapshot, type Sources } from './snapshot.ts';

/** An invariant, and what breaks it: nothing when it holds. */
export type Verdict = { readonly name: string; readonly broken: readonly string[] };

const everyMs = 500;

/**
 * Waits until all invariants hold, for orders, mails and events may be under way, and at most `withinMs`; then says of each what breaks it still.
 * Rejects when a database cannot be asked.
 */
export async function askInvariants(
  sources: Sources,
  withinMs: number,
  { witnesses = [], only = invariants }: { readonly witnesses?: readonly Witness[]; readonly only?: readonly Invariant[] } = {},
): Promise<Verdict[]> {
  const end = performance.now() + withinMs;
  for (;;) {
    const snapshot = await readSnapshot(sources);
    const verdicts = only.map((invariant) => ({ name: invariant.name, broken: invariant.broken(snapshot, witnesses) }));
    if (verdicts.every(({ broken }) => broken.length === 0) || performance.now() > end) return verdicts;
    await sleep(everyMs);
  }
}
