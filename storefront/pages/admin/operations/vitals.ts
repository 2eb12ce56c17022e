import type { VitalsQuery } from '../../../../schema/operations/admin.types.ts';

/** The metrics of all components together. */
export type Sums = {
  readonly components: number;
  readonly ready: number;
  /** Events in the outbox that are not published yet. */
  readonly waiting: number;
  readonly oldestSeconds: number;
  /** Events that are published and not consumed yet. */
  readonly lag: number;
  readonly behind: number;
  readonly deadLetters: number;
};

export function sumUp({ components, consumers, deadLetters }: VitalsQuery): Sums {
  const outboxes = (components ?? []).flatMap(({ outbox }) => (outbox ? [outbox] : []));
  const lags = (consumers ?? []).map(({ lag }) => lag);
  return {
    components: components?.length ?? 0,
    ready: components?.filter(({ ready }) => ready).length ?? 0,
    waiting: outboxes.reduce((sum, { messages }) => sum + messages, 0),
    oldestSeconds: Math.max(0, ...outboxes.map(({ oldestSeconds }) => oldestSeconds)),
    lag: lags.reduce((sum, lag) => sum + lag, 0),
    behind: lags.filter((lag) => lag > 0).length,
    deadLetters: deadLetters?.totalCount ?? 0,
  };
}
