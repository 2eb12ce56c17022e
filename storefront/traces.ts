import type { Sessions } from './graph/session.ts';

/** The storage keys of data of the checkout, including the address. */
export const traces = { draft: 'marigold.checkout', purchase: 'marigold.purchase' } as const;

/**
 * Logging out, or logging in as another user, clears the user's data from these storages. A session that only ended by itself keeps
 * all: its owner comes back to where they were.
 */
export function forgetWhoLeft(
  sessions: Pick<Sessions, 'current' | 'endedBecause' | 'subscribe'>,
  storages: readonly Pick<Storage, 'removeItem'>[],
): () => void {
  const idOfNow = () => sessions.current()?.user.id ?? null;
  // who comes back after their session has ended by itself is still the same
  let owner = idOfNow();
  return sessions.subscribe(() => {
    const next = idOfNow();
    if (next === owner || (next === null && sessions.endedBecause() !== 'left')) return;
    if (owner !== null) forget(storages);
    owner = next;
  });
}

function forget(storages: readonly Pick<Storage, 'removeItem'>[]): void {
  for (const storage of storages) for (const name of Object.values(traces)) storage.removeItem(name);
}
