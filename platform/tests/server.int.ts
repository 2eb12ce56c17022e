import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { guest, signInternalToken } from '../auth.ts';
import { AppError } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { type SubgraphServer, serveSubgraph } from '../service/subgraph-server.ts';

const secret = 's'.repeat(32);
let server: SubgraphServer;

beforeAll(async () => {
  server = await serveSubgraph({
    name: 'test',
    typeDefs:
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) type Query { who: String secret: String missing: String busy: String echo(text: String!): String }',
    resolvers: {
      Query: {
        who: (_: unknown, __: unknown, context: { identity: { kind: string } }) => context.identity.kind,
        secret: () => {
          throw new Error('password=hunter2 at postgres://10.0.0.1');
        },
        missing: () => {
          throw new AppError('NOT_FOUND', 'There is none.', { details: { id: 'x' } });
        },
        busy: () => {
          throw new AppError('UNAVAILABLE', 'Very many ask.', { retryAfterSeconds: 3 });
        },
        echo: (_: unknown, { text }: { text: string }) => text,
      },
    },
    host: '127.0.0.1',
    port: 0,
    internalTokenSecrets: secret,
    createLoaders: () => ({}),
    readiness: async () => 'the kettle is cold',
    file: async (path) => {
      if (path === '/files/broken') throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' });
      return path === '/files/one.png' ? { mediaType: 'image/png', bytes: Buffer.from([0x89, 0x50, 0x00, 0xff]) } : null;
    },
    logger: createLogger('test', 'silent'),
  });
});

afterAll(() => server?.stop());

async function ask(body: string, token: string | null = signInternalToken(guest, secret)) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body,
  });
  return {
    status: response.status,
    body: (await response.json()) as {
      data?: Record<string, unknown>;
      errors?: { message: string; extensions: Record<string, unknown> }[];
    },
  };
}

async function post(body: unknown, accept: string): Promise<{ status: number; headers: Headers; text: string }> {
  const headers = {
    'content-type': 'application/json',
    accept,
    authorization: `Bearer ${signInternalToken(guest, secret)}`,
  };
  const response = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('a subgraph', () => {
  test('answers the gateway', async () => {
    expect(await ask('{"query":"{ who }"}')).toEqual({ status: 200, body: { data: { who: 'guest' } } });
  });

  test.each([
    ['without a token', null],
    ['with a wrong one', 'nonsense'],
    ['with a token of another secret', signInternalToken(guest, 'o'.repeat(32))],
    ['with a token that has expired', signInternalToken(guest, secret, -1)],
  ])('rejects a call %s', async (_, token) => {
    expect(await ask('{"query":"{ who }"}', token)).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  });

  test('reports what is wrong with a body', async () => {
    expect(await ask('{')).toMatchObject({ status: 400, body: { errors: [{ message: 'The body is not JSON.' }] } });
    expect((await ask(JSON.stringify({ query: '{ who }', pad: 'x'.repeat(5_000_000) }))).status).toBe(413);
  });

  test('names the variable that is no Unicode, and takes others as they are', async () => {
    const echo = (text: string) => ask(JSON.stringify({ query: 'query ($text: String!) { echo(text: $text) }', variables: { text } }));

    expect(await echo('half \ud83c')).toEqual({
      status: 400,
      body: { errors: [{ message: 'text: There are characters in this that cannot be kept.', extensions: { code: 'INVALID_INPUT' } }] },
    });
    expect((await echo('🏮')).body.data).toEqual({ echo: '🏮' });
  });

  test('rejects bytes that are not UTF-8', async () => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(guest, secret)}` },
      body: Buffer.from('{"query":"{ who }","operationName":"\u00ff"}', 'latin1'),
    });

    expect(response.status).toBe(400);
  });

  test('shows the code of an error that the caller may know', async () => {
    expect((await ask('{"query":"{ missing }"}')).body.errors).toEqual([
      expect.objectContaining({ message: 'There is none.', extensions: { code: 'NOT_FOUND' } }),
    ]);
  });

  test('shows when to come back, where that is known', async () => {
    expect((await ask('{"query":"{ busy }"}')).body.errors).toEqual([
      expect.objectContaining({ message: 'Very many ask.', extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 3 } }),
    ]);
  });

  test('hides everything else behind a trace id', async () => {
    const { body } = await ask('{"query":"{ secret }"}');

    expect(JSON.stringify(body)).not.toMatch(/hunter2|10\.0\.0\.1/);
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  const mixed = 'query Mixed($text: String!) { who echo(text: $text) missing secret busy }';
  test.each([
    ['with an answer', { query: '{ who }' }],
    ['with errors', { query: mixed, variables: { text: 'a' } }],
    ['with variables that do not fit', { query: mixed, variables: { text: 7 } }],
    ['without its variables', { query: mixed }],
    ['with an unknown operation', { query: mixed, operationName: 'Other', variables: { text: 'a' } }],
    ['with variables that are none', { query: mixed, variables: 'text' }],
    ['that is invalid', { query: '{ whoever }' }],
    ['with a wrong persisted query', { query: '{ who }', extensions: { persistedQuery: { version: 1, sha256Hash: 'f' } } }],
  ])('answers a document %s as Apollo Server does', async (_, body) => {
    const answer = async (accept: string) => {
      const { status, headers, text } = await post(body, accept);
      return { status, type: headers.get('content-type'), body: JSON.parse(text.replace(/"traceId":"\w+"/g, '"traceId":"…"')) };
    };
    // another type than the gateway asks for is left to Apollo Server
    const fromApollo = await answer('application/json;q=0.9');

    expect(await answer('application/json')).toEqual(fromApollo);
    expect(await answer('application/json')).toEqual(fromApollo);
  });

  test('serves a file as it is, to be kept for good and never guessed at', async () => {
    const origin = new URL(server.url).origin;
    const response = await fetch(`${origin}/files/one.png?v=1`);
    const head = await fetch(`${origin}/files/one.png`, { method: 'HEAD' });

    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([0x89, 0x50, 0x00, 0xff]));
    for (const { status, headers } of [response, head]) {
      expect(status).toBe(200);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'image/png',
        'content-length': '4',
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  test('reports a missing file, and a folder that cannot be read', async () => {
    const origin = new URL(server.url).origin;
    const broken = await fetch(`${origin}/files/broken`);

    expect((await fetch(`${origin}/files/two.png`)).status).toBe(404);
    expect((await fetch(`${origin}/files/one.png`, { method: 'POST' })).status).toBe(404);
    expect(broken.status).toBe(503);
    expect(await broken.text()).not.toContain('10.0.0.1');
  });

  test('serves liveness and readiness, and neither the reason nor metrics', async () => {
    const origin = new URL(server.url).origin;
    const ready = await fetch(`${origin}/readyz`);

    expect((await fetch(`${origin}/livez`)).status).toBe(200);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready' }]);
    expect((await fetch(`${origin}/metrics`)).status).toBe(404);
    expect((await fetch(`${origin}/elsewhere`)).status).toBe(404);
  });
});
