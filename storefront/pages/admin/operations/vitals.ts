import type { VitalsQuery } from '../../../../schema/operations/admin.types.ts';

/** What the board shows of all components together; null for what could not be loaded, which is not the same as nothing. */
export type Sums = {
  readonly components: {
    readonly count: number;
    readonly ready: number;
    /** Events in all outboxes, and how long the oldest has waited. */
    readonly waiting: number;
    readonly oldestSeconds: number;
  } | null;
  /** Events that consumers have still to handle, and how many consumers have any. */
  readonly consumers: { readonly lag: number; readonly behind: number } | null;
  readonly deadLetters: number | null;
};

export function sumUp({ components, consumers, deadLetters }: VitalsQuery): Sums {
  return {
    components: components && sumOfComponents(components),
    consumers: consumers && sumOfConsumers(consumers),
    deadLetters: deadLetters?.totalCount ?? null,
  };
}

function sumOfComponents(components: NonNullable<VitalsQuery['components']>): NonNullable<Sums['components']> {
  const outboxes = components.flatMap(({ outbox }) => (outbox ? [outbox] : []));
  return {
    count: components.length,
    ready: components.filter(({ ready }) => ready).length,
    waiting: outboxes.reduce((sum, { messages }) => sum + messages, 0),
    oldestSeconds: Math.max(0, ...outboxes.map(({ oldestSeconds }) => oldestSeconds)),
  };
}

function sumOfConsumers(consumers: NonNullable<VitalsQuery['consumers']>): NonNullable<Sums['consumers']> {
  const lags = consumers.map(({ lag }) => lag);
  return { lag: lags.reduce((sum, lag) => sum + lag, 0), behind: lags.filter((lag) => lag > 0).length };
}
