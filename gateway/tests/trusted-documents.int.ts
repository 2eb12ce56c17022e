import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { loadTrustedDocuments } from '../pipeline/parse/trusted-documents.ts';
import { createFakeOrders } from '../subscriptions/tests/fake-orders.ts';
import { internalTokenSecrets, serveFakeSubgraphs } from '../subscriptions/tests/fake-subgraphs.ts';
import { startTestGateway, type TestGateway } from './fake-subgraph.ts';

const subscription =
  '# How many are left.\nsubscription Left($ids: [ID!]!) {\n  productAvailability(ids: $ids) {\n    id\n    availability\n  }\n}\n';
const typedSubscription =
  'subscription Left($ids: [ID!]!) {\n  productAvailability(ids: $ids) {\n    id\n    availability\n    __typename\n  }\n}';
const query = '# Whatever I bought.\nquery Mine {\n  orders {\n    edges {\n      cursor\n    }\n  }\n}\n';
const typedQuery = 'query Mine {\n  orders {\n    edges {\n      cursor\n      __typename\n    }\n    __typename\n  }\n}';

const lampId = newId();
const lamp = { id: lampId, availability: 'IN_STOCK' };
const eventLog = createInProcessLog();
const folder = mkdtempSync(join(tmpdir(), 'operations-'));
const sockets: WebSocket[] = [];
let gateway: TestGateway;
let subgraphs: Awaited<ReturnType<typeof serveFakeSubgraphs>>;

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const byHash = (text: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } } });

beforeAll(async () => {
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page', 'left.graphql'), subscription);
  writeFileSync(join(folder, 'page', 'mine.graphql'), query);
  const products = new Map([[lampId, { id: lampId, name: 'Lamp', version: 1, availability: 'IN_STOCK' as const }]]);
  const behaviour = {
    failing: new Set<string>(),
    resolved: new Map<string, number>(),
    readTakesMs: 0,
    payments: Promise.resolve(),
    executions: Promise.resolve(),
  };
  subgraphs = await serveFakeSubgraphs(createFakeOrders(eventLog), products, behaviour, createLogger('test', 'silent'));
  const env = {
    TRUSTED_DOCUMENTS: 'only',
    TRUSTED_DOCUMENTS_FOLDER: folder,
    INTERNAL_TOKEN_SECRET: internalTokenSecrets,
    SUBGRAPH_URLS: Object.entries(subgraphs.urls)
      .map(([name, url]) => `${name}=${url}`)
      .join(','),
  };
  gateway = await startTestGateway(fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url)), env, eventLog);
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

afterAll(async () => {
  await gateway.stop();
  await subgraphs.stop();
  await eventLog.close();
});

async function openSocket(): Promise<WebSocket> {
  const socket = new WebSocket(gateway.url.replace('http', 'ws'), 'graphql-transport-ws');
  sockets.push(socket);
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
  await messageOf(socket);
  return socket;
}

function messageOf(socket: WebSocket): Promise<{ type: string; payload: unknown }> {
  return new Promise((resolve, reject) => {
    socket.once('message', (data) => resolve(JSON.parse(String(data))));
    socket.once('close', (code, reason) => reject(new Error(`${code} ${reason}`)));
  });
}

/** The first message about an operation. By hand, since the protocol's own client sends no payload without a text. */
function ask(socket: WebSocket, payload: object) {
  const answer = messageOf(socket);
  socket.send(JSON.stringify({ id: newId(), type: 'subscribe', payload }));
  return answer;
}

const askOver = async (payload: object) => ask(await openSocket(), payload);

const untyped = { productAvailability: lamp };
const typed = { productAvailability: { ...lamp, __typename: 'Product' } };
const oneLine = 'subscription Left($ids:[ID!]!){productAvailability(ids:$ids){id availability}}';
const typedOneLine = 'subscription Left($ids:[ID!]!){productAvailability(ids:$ids){id availability __typename}}';

describe('when trusted documents only are served', () => {
  test.each([
    ['its text', { query: subscription }, untyped],
    ['its text with types', { query: typedSubscription }, typed],
    ['the hash of its file', byHash(subscription), untyped],
    ['the hash of its text on one line', byHash(oneLine), untyped],
    ['the hash of its text with types', byHash(typedSubscription), typed],
    ['the hash of that on one line', byHash(typedOneLine), typed],
    ['its hash beside no text', { query: null, ...byHash(typedSubscription) }, typed],
    ['its hash beside its text', { query: typedSubscription, ...byHash(typedSubscription) }, typed],
  ])('a subscription is served by %s', async (_what, payload, expected) => {
    expect(await askOver({ ...payload, variables: { ids: [lampId] } })).toMatchObject({ type: 'next', payload: { data: expected } });
  });

  test.each([
    ['its text', { query }, {}],
    ['its text with types', { query: typedQuery }, { __typename: 'OrderConnection' }],
    ['the hash of its file', byHash(query), {}],
    ['the hash of its text with types', byHash(typedQuery), { __typename: 'OrderConnection' }],
    ['the hash of that on one line', byHash('query Mine{orders{edges{cursor __typename}__typename}}'), { __typename: 'OrderConnection' }],
  ])('a query is served by %s, over HTTP and over a socket', async (_what, payload, types) => {
    const data = { orders: { edges: [], ...types } };

    expect((await gateway.post(payload)).body).toEqual({ data });
    expect(await askOver(payload)).toMatchObject({ type: 'next', payload: { data } });
  });

  test.each([
    ['another text', { query: '{ orders { edges { cursor } } }' }, 'DOCUMENT_NOT_TRUSTED'],
    ['a trusted text with more fields', { query: typedQuery.replace('cursor', 'cursor node { id }') }, 'DOCUMENT_NOT_TRUSTED'],
    ['an unknown hash', byHash('{ orders { edges { cursor } } }'), 'PERSISTED_QUERY_NOT_FOUND'],
    ['a hash that is not that of the text', { query, ...byHash(typedQuery) }, 'BAD_REQUEST'],
    ['a hash that is no text', { extensions: { persistedQuery: { version: 1, sha256Hash: 7 } } }, 'BAD_REQUEST'],
    ['neither text nor hash', { extensions: {} }, 'BAD_REQUEST'],
  ])('%s is rejected, over HTTP and over a socket', async (_what, payload, code) => {
    expect((await gateway.post(payload)).body.errors[0].extensions.code).toBe(code);
    expect(await askOver(payload)).toMatchObject({ type: 'error', payload: [{ extensions: { code } }] });
  });

  test('a socket that sends an unknown hash goes on with its next operation', async () => {
    const socket = await openSocket();
    await ask(socket, byHash('{ nobody }'));

    expect(await ask(socket, byHash(typedQuery))).toMatchObject({ type: 'next' });
  });

  test('the protocol’s own client asks by hash with an empty text', async () => {
    const client = createClient({ url: gateway.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    const answers = client.iterate({ query: '', ...byHash(typedSubscription), variables: { ids: [lampId] } });

    expect(await answers.next()).toMatchObject({ value: { data: typed } });
    await client.dispose();
  });

  test.each([
    ['that does not answer', { id: '1', type: 'subscribe' }],
    ['without a text', { id: '1', type: 'subscribe', payload: { variables: {} } }],
    ['whose text is none', { id: '1', type: 'subscribe', payload: { query: 7, extensions: {} } }],
  ])('a socket with a message %s is closed as the protocol wants it', async (_what, message) => {
    const socket = await openSocket();
    const closed = new Promise((resolve) => socket.once('close', resolve));

    socket.send(JSON.stringify(message));

    expect(await closed).toBe(4400);
  });
});

test('a trusted document that is no GraphQL is named before anything is served', () => {
  const broken = mkdtempSync(join(tmpdir(), 'operations-'));
  writeFileSync(join(broken, 'half.graphql'), 'query Half {');

  expect(() => loadTrustedDocuments(broken, 'off')).toThrow('The trusted document half.graphql is no GraphQL.');
});
