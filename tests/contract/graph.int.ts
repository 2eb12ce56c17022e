import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery, type IntrospectionQuery, OperationTypeNode } from 'graphql';
import { auditServer } from 'graphql-http';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { EventData } from '#kafka/contracts.ts';
import { aboutReset } from '#kafka/sealed-data.ts';
import { guest, signInternalToken } from '#platform/auth.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import type { Case, Customer, Newcomer } from './case.ts';
import { readFolders } from './folders.ts';
import { administrator, type Graph, internalSecret, seal, startGraph } from './graph.ts';
import { cases } from './operation-cases.ts';
import { answeredPaths, brokenPaths, type Registered, readOperations, readSnapshots, shapeOf, successPaths } from './snapshots.ts';

const folders = await readFolders();
const snapshots = readSnapshots();
const operations = readOperations().map((operation) => [`${operation.client}/${operation.name}`, operation] as const);

let graph: Graph;
let url: string;
let schema: GraphQLSchema;
let customer: Customer;
const tokens = new Map<string, string>();

type Session = { session: { accessToken: string; refreshToken: string; user: { id: string } } };

async function ask(as: string, query: string, variables: object = {}): Promise<{ data: Record<string, unknown>; errors?: unknown }> {
  const token = tokens.get(as);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
}

const session = 'session { accessToken refreshToken user { id } }';

beforeAll(async () => {
  graph = await startGraph(folders);
  url = await graph.openGateway();
  schema = buildClientSchema((await ask('guest', getIntrospectionQuery())).data as unknown as IntrospectionQuery);
  const registered = await ask(
    'guest',
    `mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { ${session} } } }`,
    {
      input: { email: 'someone@example.com', username: 'someone', password: 'a long enough password' },
    },
  );
  const loggedIn = await ask('guest', `mutation ($input: LogInInput!) { logIn(input: $input) { ... on LogInSuccess { ${session} } } }`, {
    input: { login: administrator.username, password: administrator.password },
  });
  const own = (registered.data['register'] as Session).session;
  tokens.set('customer', own.accessToken);
  tokens.set('admin', (loggedIn.data['logIn'] as Session).session.accessToken);
  const created = await ask(
    'admin',
    'mutation ($input: CreateProductsInput!) { createProducts(input: $input) { ... on CreateProductsSuccess { products { id } } } }',
    {
      input: {
        products: [
          {
            sku: 'POT-1',
            name: 'Pot',
            category: 'Pots',
            price: 900,
            stock: 1000,
            description: 'A pot.',
            images: [{ url: '/images/pot.svg', alt: 'A pot' }],
          },
        ],
      },
    },
  );
  customer = {
    productId: (created.data['createProducts'] as { products: { id: string }[] }).products[0]?.id ?? '',
    refreshToken: own.refreshToken,
    administrator,
    ask: async (as, query, variables) => (await ask(as, query, variables)).data,
    newcomer,
    resetToken,
  };
}, 60_000);

afterAll(() => graph?.stop(), 30_000);

async function newcomer(): Promise<Newcomer> {
  const name = `case-${randomUUID().slice(0, 8)}`;
  const account = { email: `${name}@example.com`, password: 'a long enough password' };
  const query = `mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { ${session} } } }`;
  const { data } = await ask('guest', query, { input: { ...account, username: name } });
  const own = (data['register'] as Session).session;
  tokens.set('newcomer', own.accessToken);
  return { ...account, userId: own.user.id, refreshToken: own.refreshToken };
}

function resetToken(email: string): Promise<string> {
  return waitFor('the mail with the token', () => {
    const sent = graph.published.filter(({ topic }) => topic === 'password-resets').map(({ value }) => JSON.parse(value ?? '{}'));
    const issued = (sent as EventData<'user.password-reset-issued'>[]).find((data) => data.email === email);
    return issued && seal.open(issued.sealedToken, aboutReset(issued.userId, issued.expiresAt));
  });
}

/** The first message that answers every path in question, or the last one. */
async function listen(as: string, operation: Registered, variables: object, meanwhile?: () => Promise<void>) {
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${tokens.get(as)}` },
    retryAttempts: 0,
  });
  try {
    const messages = client.iterate({ query: operation.source, variables: variables as Record<string, unknown> });
    const first = messages.next();
    const [{ value }] = await Promise.all([first, meanwhile?.()]);
    return value as { data: Record<string, unknown>; errors?: unknown };
  } finally {
    await client.dispose();
  }
}

async function run(operation: Registered, { as = 'customer', variables, meanwhile }: Case) {
  const given = (await variables?.(customer)) ?? {};
  const [definition] = operation.document.definitions;
  const isLive = definition !== undefined && 'operation' in definition && definition.operation === OperationTypeNode.SUBSCRIPTION;
  return isLive ? listen(as, operation, given, meanwhile && (() => meanwhile(customer))) : ask(as, operation.source, given);
}

describe.each(operations)('the operation %s', (name, operation) => {
  test('is answered, everywhere that its client reads', async () => {
    const found = cases[name];
    if (found === undefined) throw new Error(`Nobody knows how ${name} is asked: write its case in tests/contract/operation-cases.ts.`);
    const { data, errors } = await run(operation, found);

    expect(errors).toBeUndefined();
    const answered = answeredPaths(data);
    const missing = successPaths(shapeOf(operation.document, schema)).map((path) => path.replaceAll(/\{\w+\}/g, ''));
    expect(missing.filter((path) => !answered.has(path) && !found.absent?.includes(path))).toEqual([]);
  }, 15_000);

  test('is still given what its client expects', () => {
    const recorded = snapshots.get(operation.client)?.[operation.name];
    if (recorded === undefined) throw new Error(`The shape of ${name} is not recorded: npm run snapshots`);
    const today = shapeOf(operation.document, schema);

    expect(brokenPaths(recorded, today)).toEqual([]);
    // a client that reads more records its shape again: npm run snapshots
    expect(Object.keys(today)).toEqual(Object.keys(recorded));
  });
});

test('there is no recorded shape without its operation', () => {
  const recorded = [...snapshots].flatMap(([client, snapshot]) => Object.keys(snapshot).map((name) => `${client}/${name}`));
  expect(recorded.filter((name) => !operations.some(([operation]) => operation === name))).toEqual([]);
});

test('there is no case without its operation', () => {
  expect(Object.keys(cases).filter((name) => !operations.some(([operation]) => operation === name))).toEqual([]);
});

/** What the specification recommends (SHOULD) and we do otherwise, each with its reason. Everything that it demands (MUST) is kept. */
const notAnOperation =
  'What never becomes an operation is the fault of who asked: 400 tells every proxy, retry and log on the way. application/graphql-response+json demands the same.';
const everywhere = {
  'SHOULD use 200 status code on document parsing failure when accepting application/json': notAnOperation,
  'SHOULD use 200 status code on document validation failure when accepting application/json': notAnOperation,
  'SHOULD use a status code of 200 on variable coercion failure when accepting application/json': notAnOperation,
};
const warnings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  gateway: everywhere,
  subgraph: {
    ...everywhere,
    'SHOULD respond with 4xx status code if content-type is not supplied on POST requests':
      'Only the gateway asks, always in JSON. The rule keeps browsers from being tricked, and no browser has the token of the gateway.',
  },
};

describe.each([['gateway'], ...folders.map(({ name }) => [name])])('GraphQL over HTTP, as %s speaks it', (name) => {
  test('keeps every MUST, and every SHOULD but those with a reason', async () => {
    const authorization = `Bearer ${signInternalToken(guest, internalSecret)}`;
    const results = await auditServer({
      url: name === 'gateway' ? url : graph.urlOf(name),
      fetchFn: (address: string, init: RequestInit = {}) =>
        fetch(address, name === 'gateway' ? init : { ...init, headers: { ...(init.headers as Record<string, string>), authorization } }),
    });
    const named = (status: string) => results.filter((result) => result.status === status).map((result) => result.name);
    const known = warnings[name === 'gateway' ? 'gateway' : 'subgraph'] ?? {};

    expect(results.length).toBeGreaterThan(50);
    expect(named('error')).toEqual([]);
    expect(named('warn').toSorted()).toEqual(Object.keys(known).toSorted());
  });
});
