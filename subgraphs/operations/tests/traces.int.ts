import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { EventLog } from '#kafka/event-log.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { guest, type Identity, signInternalToken } from '#platform/auth.ts';
import { loadConfig } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { testBrokers } from '#tests/support/kafka.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { operationsConfig, startOperations } from '../app.ts';
import { aSpan, lineOf } from './spans.ts';

jest.setTimeout(30_000);

const logger = createLogger('test', 'silent');
const secret = 'a secret of the tests of operations';
const admin: Identity = { kind: 'user', userId: newId(), role: 'ADMIN' };
const customer: Identity = { kind: 'user', userId: newId(), role: 'CUSTOMER' };
const query =
  'query ($id: ID!) { trace(id: $id) { id startedAt durationMs spans { id parentId service name kind startedAtMs durationMs isFailed errorType attributes { name value } links { traceId spanId } } } }';

type Answer = { data?: { trace: { spans: { id: string }[] } | null }; errors?: unknown };

async function open(eventLog: EventLog) {
  const env = { PORT: '0', ADMIN_PORT: '0', INTERNAL_TOKEN_SECRET: secret, COMPONENTS: 'order=http://127.0.0.1:9' };
  const running = await startOperations(loadConfig(operationsConfig, env), { eventLog, logger });
  return {
    stop: running.stop,
    metrics: async () => (await fetch(`${running.adminUrl}/metrics`)).text(),
    async ask(identity: Identity, id: string): Promise<Answer> {
      const response = await fetch(running.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(identity, secret)}` },
        body: JSON.stringify({ query, variables: { id } }),
      });
      return (await response.json()) as Answer;
    },
  };
}

const messageOf = (value: string | null) =>
  ({ topic: 'traces', key: 'order', headers: { service: 'order', instance: 'one' }, value }) as const;
const published = (lines: readonly string[]) => messageOf(lines.join('\n'));
const request = {
  id: 'b7ad6b7169203331',
  name: 'POST /graphql',
  kind: 'SERVER',
  startMs: 1_764_342_000_000.5,
  endMs: 1_764_342_000_002.75,
} as const;
const lineIn = (traceId: string, given: Partial<Parameters<typeof aSpan>[0]> = {}) => lineOf(aSpan({ ...request, traceId, ...given })).text;

const contract = ({ openLog }: { openLog: () => EventLog }) => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  async function openAll() {
    const eventLog = openLog();
    const operations = await open(eventLog);
    stops.push(operations.stop, () => eventLog.close());
    return { eventLog, operations };
  }

  test('admins see a trace whose spans were published, whatever junk lies beside them, and nobody else does', async () => {
    const { eventLog, operations } = await openAll();
    const traceId = randomBytes(16).toString('hex');
    const child = lineIn(traceId, {
      id: 'aaaaaaaaaaaaaaaa',
      parentId: 'b7ad6b7169203331',
      name: 'fetch cart',
      kind: 'CLIENT',
      startMs: 1_764_342_000_001.5,
      isFailed: true,
      attributes: [{ name: 'error.type', value: 'ECONNREFUSED' }],
      links: [{ traceId, spanId: 'b7ad6b7169203331' }],
    });

    await eventLog.publish([messageOf('no line'), published([lineIn(traceId), '7', child])]);
    const { trace } = await waitFor('the trace', async () => {
      const { data } = await operations.ask(admin, traceId);
      return data?.trace ? { trace: data.trace } : null;
    });

    expect(trace).toEqual({
      id: traceId,
      startedAt: '2025-11-28T15:00:00.000Z',
      durationMs: 2.25,
      spans: [
        {
          ...{ id: 'b7ad6b7169203331', parentId: null, service: 'order', name: 'POST /graphql', kind: 'SERVER', startedAtMs: 0 },
          ...{ durationMs: 2.25, isFailed: false, errorType: null, attributes: [], links: [] },
        },
        {
          ...{ id: 'aaaaaaaaaaaaaaaa', parentId: 'b7ad6b7169203331', service: 'order', name: 'fetch cart', kind: 'CLIENT', startedAtMs: 1 },
          ...{ durationMs: 1.25, isFailed: true, errorType: 'ECONNREFUSED' },
          attributes: [{ name: 'error.type', value: 'ECONNREFUSED' }],
          links: [{ traceId, spanId: 'b7ad6b7169203331' }],
        },
      ],
    });
    for (const identity of [customer, guest]) expect(await operations.ask(identity, traceId)).toEqual({ data: { trace: null } });
    for (const id of ['', 'x', randomBytes(16).toString('hex')]) expect(await operations.ask(admin, id)).toEqual({ data: { trace: null } });
    const metrics = await operations.metrics();
    expect(metrics).toMatch(/^marigold_trace_store_bytes\{[^}]*\} [1-9]\d*$/m);
    expect(metrics).toMatch(/^marigold_trace_store_traces\{[^}]*\} [1-9]\d*$/m);
    expect(metrics).toMatch(/^marigold_trace_store_skipped_total\{[^}]*\} ([2-9]|\d\d+)$/m);
  });

  test('spans are still taken after operations has ended', async () => {
    const eventLog = openLog();
    const operations = await open(eventLog);
    stops.push(() => eventLog.close());
    await operations.stop();

    await eventLog.publish([published([lineIn(randomBytes(16).toString('hex'))])]);

    expect(await eventLog.unhealthyReason()).toBeNull();
  });
};

const onKafka = {
  adapter: 'on Kafka',
  openLog: () => openKafkaLog({ brokers: testBrokers(), clientId: 'traces-test', logger, onFatal: () => undefined }),
};

describe.each([{ adapter: 'in process', openLog: () => createInProcessLog() }])('the trace view $adapter', contract);
needs('kafka').describe.each([onKafka])('the trace view $adapter', (given) => {
  contract(given);

  test('a process that starts later has the traces that the topic holds', async () => {
    const eventLog = given.openLog();
    const traceId = randomBytes(16).toString('hex');
    await eventLog.publish([published([lineIn(traceId)])]);

    const operations = await open(eventLog);
    const { data } = await waitFor('the trace', async () => {
      const answer = await operations.ask(admin, traceId);
      return answer.data?.trace ? answer : null;
    });
    await operations.stop();
    await eventLog.close();

    expect(data?.trace?.spans).toHaveLength(1);
  });
});
