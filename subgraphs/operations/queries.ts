import { consumerGroupOf } from '#kafka/consumer-groups.ts';
import { findDeadLetters as findLetters } from '#kafka/dead-letters.ts';
import { type Identity, isAdmin } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import { assertFirst, type Connection } from '#platform/pagination.ts';
import { askComponent, askEventLog, type Component } from './components.ts';
import { type DeadLetter, pageOf } from './dead-letter-view.ts';
import type { OperationsDependencies } from './dependencies.ts';
import type { LogConnection, LogQuery } from './log-access.ts';
import type { MetricSamples } from './metric-series.ts';
import { type Trace, toTrace } from './trace-view.ts';

export type Consumer = { id: string; group: string; service: string; topic: string; lag: number; members: number };

/** How each component of the shop is at this moment; null unless the caller is an admin. */
export async function findComponents({ components, eventLog }: OperationsDependencies, identity: Identity): Promise<Component[] | null> {
  if (!isAdmin(identity)) return null;
  return Promise.all([...components.map(askComponent), askEventLog(eventLog)]);
}

/** How far each service is behind on each topic; null unless the caller is an admin. @throws AppError UNAVAILABLE when the log does not answer. */
export async function findConsumers(
  { components, eventLog, access }: OperationsDependencies,
  identity: Identity,
): Promise<Consumer[] | null> {
  if (!isAdmin(identity)) return null;
  // every gateway process is a group of its own, which ends with it
  const services = new Map(components.map(({ name }) => [consumerGroupOf(name), name]));
  const groups = [...services.keys()];
  const lags = await access.figures(() => eventLog.lag(groups));
  return lags
    .map(({ group, topic, messages: lag, members }) => ({
      id: `${group}/${topic}`,
      group,
      service: services.get(group) ?? group,
      topic,
      lag,
      members,
    }))
    .sort((one, other) => groups.indexOf(one.group) - groups.indexOf(other.group) || one.topic.localeCompare(other.topic));
}

/**
 * A page of what services gave up on, the newest first; null unless the caller is an admin.
 * @throws AppError UNAVAILABLE when the log does not answer, INVALID_INPUT for a page that cannot be.
 */
export async function findDeadLetters(
  { eventLog, access }: OperationsDependencies,
  identity: Identity,
  first: number,
  after: string | null,
): Promise<Connection<DeadLetter> | null> {
  if (!isAdmin(identity)) return null;
  const howMany = assertFirst(first);
  const entries = await access.deadLetterIndex();
  return pageOf(entries, howMany, after, (ids) => access.messages(() => findLetters(eventLog, ids)));
}

/** What is known of a trace by now; null unless the caller is an admin, and when there is nothing. */
export function findTrace({ traces }: OperationsDependencies, identity: Identity, id: string): Trace | null {
  const spans = isAdmin(identity) ? traces.find(id) : null;
  return spans === null ? null : toTrace(id, spans);
}

/** What the components measured in the last hour; null unless the caller is an admin. */
export function findMetrics({ metrics }: OperationsDependencies, identity: Identity): MetricSamples | null {
  return isAdmin(identity) ? metrics.samples() : null;
}

/**
 * Log records of all services, the newest first; null unless the caller is an admin.
 * @throws AppError UNAVAILABLE when logs are not collected, or too many search at once; INVALID_INPUT for a page or a filter that cannot be.
 */
export async function findLogs(
  { logs }: OperationsDependencies,
  identity: Identity,
  query: LogQuery,
  first: number,
  after: string | null,
): Promise<LogConnection | null> {
  if (!isAdmin(identity)) return null;
  const howMany = assertFirst(first);
  if (logs === null) throw new AppError('UNAVAILABLE', 'Logs are not collected here: LOGS_FOLDER is not set.');
  return logs.find(query, howMany, after);
}
