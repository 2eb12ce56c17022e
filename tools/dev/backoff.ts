/** How long to wait before a component is started again, by how often in a row it ended soon after its start (1 is the first time). */
export function backoffMs(failuresInARow: number): number {
  return Math.min(10_000, 100 * 2 ** Math.max(0, failuresInARow - 1));
}

/** A component that ran so long is taken to have been well: its next end counts as the first. */
export const wellAfterMs = 20_000;
