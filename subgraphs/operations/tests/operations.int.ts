import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { on, startConsumer } from '#kafka/consumer.ts';
import type { DomainEvent } from '#kafka/contracts.ts';
import type { EventLog } from '#kafka/event-log.ts';
import { createEvent, toMessage } from '#kafka/events.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { sizeOf } from '#kafka/message-limits.ts';
import { startRelay } from '#kafka/relay.ts';
import { openWorld } from '#kafka/tests/world.ts';
import { topics } from '#kafka/topics.ts';
import { guest, type Identity, signInternalToken } from '#platform/auth.ts';
import { loadConfig } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { testBrokers } from '#tests/support/kafka.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { operationsConfig, startOperations } from '../app.ts';

jest.setTimeout(30_000);

const logger = createLogger('test', 'silent');
const secret = 'a secret of the tests of operations';
const admin: Identity = { kind: 'user', userId: newId(), role: 'ADMIN' };
const customer: Identity = { kind: 'user', userId: newId(), role: 'CUSTOMER' };
const brokers = testBrokers();

type Letter = { id: string; key: string; consumer: string; type: string; reason: string; payload: string; attempts: number };
type Page = { totalCount: number; edges: { cursor: string; node: Letter }[] };
type Answer = {
  data?: Record<string, never> & {
    deadLetters?: Page | null;
    consumers?: { id: string; lag: number; members: number }[] | null;
    components?: Record<string, unknown>[] | null;
    replayDeadLetter?: Deed;
    discardDeadLetter?: Deed;
  };
  errors?: { message: string; path: string[]; extensions: { code: string } }[];
};
type Deed = { __typename: string; deadLetter?: Letter; code?: string; problems?: { field: string }[] };

async function open(eventLog: EventLog, components: string) {
  const env = { PORT: '0', ADMIN_PORT: '0', INTERNAL_TOKEN_SECRET: secret, COMPONENTS: components };
  const running = await startOperations(loadConfig(operationsConfig, env), { eventLog, logger });
  return {
    stop: running.stop,
    async ask(identity: Identity, query: string, variables: object = {}): Promise<Answer> {
      const response = await fetch(running.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(identity, secret)}` },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    },
  };
}

const letters = '{ deadLetters(first: 100) { totalCount edges { cursor node { id key consumer type reason payload attempts } } } }';
const deedOf = (name: 'replay' | 'discard') =>
  `mutation ($id: ID!) { deed: ${name}DeadLetter(input: { id: $id }) { __typename ... on DeadLetterNotFound { code } ... on InvalidInput { problems { field } } } }`;

const inProcess = { adapter: 'in process', openLog: () => createInProcessLog() };
const onKafka = {
  adapter: 'on Kafka',
  openLog: () => openKafkaLog({ brokers, clientId: 'operations-test', logger, onFatal: () => undefined }),
};

const amount = { amount: 1250, currency: 'EUR' } as const;
const paid = (orderId: string) =>
  createEvent('order.paid', orderId, {
    orderId,
    number: 'M-1001',
    userId: newId(),
    version: 3,
    status: 'PAID',
    total: amount,
    lines: [{ productId: newId(), name: 'Lotus tea', quantity: 1, unitPrice: amount }],
    placedAt: '2026-11-22T10:00:00.000Z',
  });
const write = async (sql: Sql, events: readonly Pick<DomainEvent, 'id' | 'type' | 'key'>[]) => {
  for (const { key, type, id } of events) await sql.query('INSERT INTO effects (key, type, event_id) VALUES ($1, $2, $3)', [key, type, id]);
};
const subscribes = [on('order.paid', ['orderId'], write), on('user.registered', ['userId'], write)];

const deadLetters = ({ openLog }: { openLog: () => EventLog }) => {
  const consumer = `listener-${newId()}`;
  let eventLog: EventLog;
  let world: Awaited<ReturnType<typeof openWorld>>;
  let operations: Awaited<ReturnType<typeof open>>;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    eventLog = openLog();
    world = await openWorld('operations');
    await world.create();
    const { database } = world;
    const relay = await startRelay({ database, eventLog, logger });
    const listening = await startConsumer({
      name: consumer,
      eventLog,
      database,
      subscribes,
      minFetchIntervalMs: 0,
      onCommitted: relay.wake,
      logger,
    });
    operations = await open(eventLog, `${consumer}=http://127.0.0.1:9`);
    stops.push(listening.stop, relay.stop, operations.stop, () => eventLog.close(), world.close);
  });

  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  const orders = new Set<string>();
  /** Of the orders of these tests: other tests speak on the same Kafka, and the consumer here gives up on some of that as well. */
  const ours = async () => {
    const { data } = await operations.ask(admin, letters);
    const all = data?.deadLetters?.edges.map(({ node }) => node) ?? [];
    return all.filter((letter) => letter.consumer === consumer && orders.has(letter.key));
  };
  const deed = async (name: 'replay' | 'discard', id: string, identity: Identity = admin) => {
    const { data, errors } = await operations.ask(identity, deedOf(name), { id });
    return (data as unknown as { deed: Deed } | null | undefined)?.deed ?? errors?.[0]?.extensions.code;
  };

  /** An event that the consumer gives up on as long as `broken` stands; resolves to its letter. */
  async function giveUpOn(orderId: string): Promise<Letter> {
    orders.add(orderId);
    await world.database.query(`ALTER TABLE effects ADD CONSTRAINT broken CHECK (key <> '${orderId}') NOT VALID`);
    await eventLog.publish([toMessage(paid(orderId))]);
    const letter = await waitFor('the letter', async () => (await ours()).find(({ key }) => key === orderId), 20_000);
    await world.database.query('ALTER TABLE effects DROP CONSTRAINT broken');
    return letter;
  }
  const effectsOf = async (orderId: string) => (await world.effects()).filter((effect) => effect === `${orderId}:order.paid`).length;

  test('are listed with their reason, and replayed once, however often that is asked for', async () => {
    const orderId = newId();
    const letter = await giveUpOn(orderId);

    expect(letter).toMatchObject({ type: 'order.paid', key: orderId, reason: expect.stringContaining('broken') });
    expect(JSON.parse(letter.payload)).toMatchObject({ orderId, number: 'M-1001' });
    expect(letter.attempts).toBeGreaterThan(1);

    const deeds = await Promise.all([deed('replay', letter.id), deed('replay', letter.id.toUpperCase())]);

    expect(deeds).toContainEqual({ __typename: 'ReplayDeadLetterSuccess' });
    await waitFor('the effect', async () => (await effectsOf(orderId)) === 1);
    expect(await ours()).toEqual([]);
    expect(await deed('replay', letter.id)).toEqual({ __typename: 'DeadLetterNotFound', code: 'DEAD_LETTER_NOT_FOUND' });
    // a later event was handled as well, so a second effect would be visible by now
    await giveUpOn(newId()).then(({ id }) => deed('discard', id));
    expect(await effectsOf(orderId)).toBe(1);
  });

  test('are forgotten for good', async () => {
    const orderId = newId();
    const { id } = await giveUpOn(orderId);

    expect(await deed('discard', id)).toEqual({ __typename: 'DiscardDeadLetterSuccess' });
    expect(await ours()).toEqual([]);
    expect(await deed('replay', id)).toEqual({ __typename: 'DeadLetterNotFound', code: 'DEAD_LETTER_NOT_FOUND' });
    expect(await effectsOf(orderId)).toBe(0);
  });

  test('that a replay would make too large for their topic stay, and say so', async () => {
    const message = { topic: 'checkout', key: newId(), headers: { ce_id: newId(), ce_type: 'order.paid' }, value: '' } as const;
    const value = 'x'.repeat(topics.checkout.maxMessageBytes - sizeOf(message));
    orders.add(message.key);
    await eventLog.publish([{ ...message, value }]);
    const { id } = await waitFor('the letter', async () => (await ours()).find(({ key }) => key === message.key), 20_000);

    expect(await deed('replay', id)).toEqual({ __typename: 'DeadLetterTooLarge' });
    expect((await ours()).map((letter) => letter.id)).toEqual([id]);
    expect(await deed('discard', id)).toEqual({ __typename: 'DiscardDeadLetterSuccess' });
  });

  test.each([
    ['a guest', guest, 'UNAUTHENTICATED'],
    ['a customer', customer, 'FORBIDDEN'],
  ])('are nothing for %s', async (_, identity, code) => {
    const { data, errors } = await operations.ask(identity, '{ components { name } consumers { id } deadLetters { totalCount } }');

    expect({ data, errors }).toEqual({ data: { components: null, consumers: null, deadLetters: null }, errors: undefined });
    expect(await deed('replay', newId(), identity)).toBe(code);
    expect(await deed('discard', newId(), identity)).toBe(code);
  });

  test('reject an id that is none, and a page that cannot be', async () => {
    const tooMany = await operations.ask(admin, '{ deadLetters(first: 101) { totalCount } }');
    const noCursor = await operations.ask(admin, '{ deadLetters(after: "x") { totalCount } }');

    expect(await deed('replay', 'nonsense')).toEqual({ __typename: 'InvalidInput', problems: [{ field: 'id' }] });
    expect([tooMany, noCursor].map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(['INVALID_INPUT', 'INVALID_INPUT']);
  });

  test('come from consumers, which are listed with their lag', async () => {
    const caughtUp = async () => {
      const { data } = await operations.ask(admin, '{ consumers { id group service topic lag members } }');
      return data?.consumers?.every(({ lag }) => lag === 0) ? data.consumers : undefined;
    };

    const consumers = await waitFor('the consumer to have caught up', caughtUp, 20_000);

    expect(consumers).toEqual(
      ['accounts', 'checkout'].map((topic) => ({
        id: `${consumer}/${topic}`,
        group: consumer,
        service: consumer,
        topic,
        lag: 0,
        members: 1,
      })),
    );
  });
};

describe.each([inProcess])('dead letters, with the log $adapter', deadLetters);
needs('kafka').describe.each([onKafka])('dead letters, with the log $adapter', deadLetters);

describe('the components', () => {
  const servers: Server[] = [];
  const log = createInProcessLog();

  afterAll(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await log.close();
  });

  function serve(answers: Record<string, { status: number; body: string } | null>): Promise<string> {
    const server = createServer((request, response) => {
      const answer = answers[request.url ?? ''];
      // null: it accepts the request and never answers
      if (answer === null) return;
      response.writeHead(answer?.status ?? 404).end(answer?.body ?? '');
    });
    servers.push(server);
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    });
  }

  const figures = `# HELP x
process_resident_memory_bytes{service="order"} 104857600
process_start_time_seconds{service="order"} 1795341600
marigold_outbox_messages{service="order"} 3
marigold_outbox_oldest_seconds{service="order"} 4.6
`;
  const query = '{ components { name kind ready unhealthyReason answeredInMs memoryMb startedAt outbox { messages oldestSeconds } } }';

  test('report their state, and one that is away delays no other', async () => {
    const [well, unwell, talkative, silent] = await Promise.all([
      serve({ '/readyz': { status: 200, body: '{"status":"ready"}' }, '/metrics': { status: 200, body: figures } }),
      serve({ '/readyz': { status: 503, body: '{"reason":"the database does not answer"}' }, '/metrics': { status: 500, body: 'x' } }),
      serve({ '/readyz': { status: 503, body: '{"reason":"connect ECONNREFUSED 10.0.0.7:5432"}' }, '/metrics': null }),
      serve({ '/readyz': null, '/metrics': null }),
    ]);
    const components = `order=${well},cart=${unwell},gateway=${talkative},exporter=${silent},user=http://127.0.0.1:9`;
    const operations = await open(log, components);

    const { data } = await operations.ask(admin, query);
    await operations.stop();

    const nothing = { answeredInMs: null, memoryMb: null, startedAt: null, outbox: null };
    const ms = expect.any(Number);
    expect(data?.components).toEqual([
      {
        name: 'order',
        kind: 'SUBGRAPH',
        ready: true,
        unhealthyReason: null,
        answeredInMs: ms,
        memoryMb: 100,
        startedAt: '2026-11-22T10:00:00.000Z',
        outbox: { messages: 3, oldestSeconds: 5 },
      },
      { ...nothing, name: 'cart', kind: 'SUBGRAPH', ready: false, unhealthyReason: 'The database does not answer.', answeredInMs: ms },
      { ...nothing, name: 'gateway', kind: 'GATEWAY', ready: false, unhealthyReason: 'It is not ready.', answeredInMs: ms },
      { ...nothing, name: 'exporter', kind: 'SERVICE', ready: false, unhealthyReason: 'It does not answer.' },
      { ...nothing, name: 'user', kind: 'SUBGRAPH', ready: false, unhealthyReason: 'It does not answer.' },
      { ...nothing, name: 'event-log', kind: 'EVENT_LOG', ready: true, unhealthyReason: null, answeredInMs: ms },
    ]);
  });

  test.each([
    ['is not there', () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:9092'))],
    ['does not respond', () => new Promise<never>(() => undefined)],
  ])('are listed while the event log %s, and what it holds is UNAVAILABLE', async (_, away) => {
    const operations = await open({ ...log, lag: away, readAll: away, unhealthyReason: away }, 'user=http://127.0.0.1:9');

    const { data, errors } = await operations.ask(
      admin,
      '{ components { name unhealthyReason } consumers { id } deadLetters { totalCount } }',
    );
    await operations.stop();

    expect(data).toEqual({
      components: [
        { name: 'user', unhealthyReason: 'It does not answer.' },
        { name: 'event-log', unhealthyReason: 'It does not answer.' },
      ],
      consumers: null,
      deadLetters: null,
    });
    expect(errors?.map(({ path, extensions }) => [path[0], extensions.code])).toEqual([
      ['consumers', 'UNAVAILABLE'],
      ['deadLetters', 'UNAVAILABLE'],
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/127\.0|9092/);
  });
});
