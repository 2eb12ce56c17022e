import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { EventLog } from '#kafka/event-log.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { logExporterOf } from '#kafka/log-exporter.ts';
import { guest, type Identity, signInternalToken } from '#platform/auth.ts';
import { loadConfig } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { LogShipper } from '#platform/log-shipper.ts';
import { createLogger } from '#platform/logger.ts';
import { testBrokers } from '#tests/support/kafka.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { operationsConfig, startOperations } from '../app.ts';

jest.setTimeout(30_000);

const logger = createLogger('test', 'silent');
const secret = 'a secret of the tests of operations';
const admin: Identity = { kind: 'user', userId: newId(), role: 'ADMIN' };
const customer: Identity = { kind: 'user', userId: newId(), role: 'CUSTOMER' };

type RecordAnswer = {
  time: string;
  level: string;
  service: string;
  message: string;
  traceId: string | null;
  orderNumber: string | null;
  fields: string;
};
type Page = { edges: { cursor: string; node: RecordAnswer }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
type Answer = { data?: { logs: Page | null }; errors?: { message: string; extensions: { code: string } }[] };

let folder: string;
let stops: (() => Promise<unknown>)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marigold-operations-'));
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(eventLog: EventLog, env: Readonly<Record<string, string>> = { LOGS_FOLDER: folder }) {
  const variables = { PORT: '0', ADMIN_PORT: '0', INTERNAL_TOKEN_SECRET: secret, COMPONENTS: 'order=http://127.0.0.1:9', ...env };
  const running = await startOperations(loadConfig(operationsConfig, variables), { eventLog, logger });
  stops.push(running.stop);
  const ask = async (identity: Identity, args: string): Promise<Answer> => {
    const query = `{ logs(${args}) { edges { cursor node { time level service message traceId orderNumber fields } } pageInfo { hasNextPage endCursor } } }`;
    const response = await fetch(running.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(identity, secret)}` },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Answer;
  };
  const nodes = async (args: string) => ((await ask(admin, args)).data?.logs?.edges ?? []).map(({ node }) => node);
  return { ask, nodes, stop: running.stop };
}

/** What a service called `order` would log: lines are written as its logger writes them, and not to standard error. */
async function ship(eventLog: EventLog, records: readonly object[]): Promise<void> {
  const shipper = new LogShipper({ service: 'order' });
  for (const [at, record] of records.entries()) {
    const time = new Date(Date.now() + at).toISOString();
    shipper.write(`${JSON.stringify({ level: 'info', time, service: 'order', ...record })}\n`);
  }
  shipper.start(logExporterOf(eventLog), logger);
  await shipper.stop();
}

const logs = ({ openLog }: { openLog: () => EventLog }) => {
  let eventLog: EventLog;
  let mark: string;
  beforeEach(() => {
    eventLog = openLog();
    stops.push(() => eventLog.close());
    // the topic is shared with other tests
    mark = newId();
  });

  test('of all services are found by an admin, page by page, and by nobody else', async () => {
    const operations = await open(eventLog);
    await ship(
      eventLog,
      [1, 2, 3].map((number) => ({ mark, number, msg: `record ${number}` })),
    );
    const all = `text: "${mark}"`;
    await waitFor('the records', async () => (await operations.nodes(all)).length === 3);
    const first = await operations.ask(admin, `${all}, first: 2`);
    const rest = await operations.ask(admin, `${all}, first: 2, after: "${first.data?.logs?.pageInfo.endCursor}"`);

    expect(first.data?.logs?.edges.map(({ node }) => node.message)).toEqual(['record 3', 'record 2']);
    expect(first.data?.logs?.pageInfo.hasNextPage).toBe(true);
    expect(rest.data?.logs?.edges.map(({ node }) => node.message)).toEqual(['record 1']);
    expect(JSON.parse(rest.data?.logs?.edges[0]?.node.fields ?? '')).toEqual({ mark, number: 1 });
    for (const identity of [customer, guest]) expect((await operations.ask(identity, all)).data?.logs).toBeNull();
  });

  test('of an order are found by its number, those of its traces too', async () => {
    const operations = await open(eventLog);
    const [orderId, traceId] = [newId(), newId().replaceAll('-', '')];
    const orderNumber = `M-${mark.slice(-9, -5)}-${mark.slice(-4)}`.toUpperCase();
    await ship(eventLog, [
      { traceId, msg: 'asked' },
      { traceId, orderId, orderNumber, msg: 'placed' },
      { mark, msg: 'of another' },
      { orderId, level: 'warn', reason: 'CARD_DECLINED', msg: 'declined' },
    ]);
    await waitFor('the records', async () => (await operations.nodes(`text: "${mark}"`)).length === 1);

    expect((await operations.nodes(`order: "${orderNumber.toLowerCase()}"`)).map(({ message }) => message)).toEqual([
      'declined',
      'placed',
      'asked',
    ]);
    expect((await operations.nodes(`order: "${orderNumber}", level: WARN`)).map(({ message }) => message)).toEqual(['declined']);
    expect((await operations.nodes(`traceId: "${traceId}"`)).map(({ message }) => message)).toEqual(['placed', 'asked']);
    expect(await operations.nodes('order: "M-0000-0000"')).toEqual([]);
  });

  test('are kept over a restart, once each, also what came meanwhile', async () => {
    const before = await open(eventLog);
    await ship(eventLog, [{ mark, msg: 'before' }]);
    await waitFor('the record', async () => (await before.nodes(`text: "${mark}"`)).length === 1);
    await before.stop();
    await ship(eventLog, [{ mark, msg: 'after' }]).catch(() => undefined);
    const after = await open(eventLog);
    await waitFor('both', async () => (await after.nodes(`text: "${mark}"`)).length === 2);

    expect((await after.nodes(`text: "${mark}"`)).map(({ message }) => message)).toEqual(['after', 'before']);
  });
};

describe.each([{ adapter: 'in process', openLog: () => createInProcessLog() }])('logs ($adapter)', logs);
needs('kafka').describe.each([
  { adapter: 'on Kafka', openLog: () => openKafkaLog({ brokers: testBrokers(), clientId: 'logs-test', logger, onFatal: () => undefined }) },
])('logs ($adapter)', logs);

test('a page or a filter that cannot be is an error, and so are logs that are not collected', async () => {
  const eventLog = createInProcessLog();
  stops.push(() => eventLog.close());
  const operations = await open(eventLog);
  const without = await open(eventLog, {});
  const codeOf = async (args: string) => (await operations.ask(admin, args)).errors?.[0]?.extensions.code;

  expect(await codeOf('first: 101')).toBe('INVALID_INPUT');
  expect(await codeOf('after: "x"')).toBe('INVALID_INPUT');
  expect(await codeOf(`text: "${'x'.repeat(201)}"`)).toBe('INVALID_INPUT');
  expect((await without.ask(admin, 'first: 1')).errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
});

/** Takes pushes as Loki documents them, and answers with the next of `answers`. */
async function startLoki(answers: number[]) {
  const pushes: { path: string; type: string; authorization: string; body: Push }[] = [];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const { 'content-type': type = '', authorization = '' } = request.headers;
      pushes.push({ path: `${request.method} ${request.url}`, type, authorization, body: JSON.parse(body) as Push });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.address() as AddressInfo).port, pushes };
}
type Push = { streams: { stream: Record<string, string>; values: unknown[][] }[] };

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

test('log records go on to Loki, in its format, again after an error, and from where they were after a restart', async () => {
  const loki = await startLoki([503, 204]);
  const eventLog = createInProcessLog();
  stops.push(() => eventLog.close());
  const address = new URL(`http://127.0.0.1:${loki.port}/tenant`);
  address.username = 'shop';
  address.password = 'geheim';
  const env = { LOGS_FOLDER: folder, LOKI_URL: address.href };
  const operations = await open(eventLog, env);
  await ship(eventLog, [{ msg: 'one' }, { level: 'warn', msg: 'two' }, { msg: 'three' }]);
  await waitFor('two pushes', () => loki.pushes.length === 2);
  const [rejected, taken] = loki.pushes;

  expect(taken).toEqual(rejected);
  expect(taken).toMatchObject({
    path: 'POST /tenant/loki/api/v1/push',
    type: 'application/json',
    authorization: `Basic ${Buffer.from('shop:geheim').toString('base64')}`,
  });
  expect(taken?.body.streams.map(({ stream }) => stream)).toEqual([
    { service: 'order', level: 'info' },
    { service: 'order', level: 'warn' },
  ]);
  for (const { values } of taken?.body.streams ?? [])
    for (const value of values) expect(value).toEqual([expect.stringMatching(/^\d{19}$/), expect.stringMatching(/^\{"level":/)]);
  expect(taken?.body.streams.flatMap(({ values }) => values.map(([, line]) => (JSON.parse(String(line)) as { msg: string }).msg))).toEqual([
    'one',
    'three',
    'two',
  ]);

  await operations.stop();
  await open(eventLog, env);
  await ship(eventLog, [{ msg: 'four' }]);
  await waitFor('another push', () => loki.pushes.length === 3);
  expect(JSON.stringify(loki.pushes[2])).toContain('four');
  expect(JSON.stringify(loki.pushes[2])).not.toContain('three');
});
