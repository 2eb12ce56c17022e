import type { Registry } from 'prom-client';
import { consumerGroupOf } from '#kafka/consumer-groups.ts';
import { KeptAnswer } from '#platform/async/kept-answer.ts';
import { rowsGauge } from '#platform/metrics.ts';
import type { OperationsDependencies } from './dependencies.ts';

const readEveryMs = 10_000;
/** Reads the topics whole. */
const indexedEveryMs = 60_000;

/** Shows what is known of the event log as a whole: asked here once, and not by each service. */
export function measureEventLog(registry: Registry, { components, eventLog, access }: OperationsDependencies): void {
  const groups = components.map(({ name }) => consumerGroupOf(name));
  const lagOfGroups = new KeptAnswer(readEveryMs, () => access.figures(() => eventLog.lag(groups)));
  const deadLetters = new KeptAnswer(indexedEveryMs, async () => (await access.deadLetterIndex()).length);
  const lag = {
    name: 'marigold_consumer_lag_messages',
    help: 'Messages that a consumer group has not dealt with yet.',
    labelNames: ['consumer', 'topic'],
  } as const;
  rowsGauge(registry, lag, async () => {
    const lags = await lagOfGroups.read();
    return lags?.map(({ group, topic, messages }) => [{ consumer: group, topic }, messages] as const) ?? null;
  });
  const letters = {
    name: 'marigold_dead_letters',
    help: 'Dead letters that were neither replayed nor discarded.',
    labelNames: [],
  } as const;
  rowsGauge(registry, letters, async () => {
    const count = deadLetters.latest();
    return count === null ? null : [[{}, count] as const];
  });
}
