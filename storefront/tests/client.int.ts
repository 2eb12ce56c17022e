import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { gql } from 'urql';
import { waitFor } from '#tests/support/wait-for.ts';
import { codeOf, createShopClient } from '../graph/client.ts';
import type { Live } from '../graph/live.ts';
import { createSessions, type GrantedSession } from '../graph/session.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const granted = (id: string): GrantedSession => ({
  accessToken: `${part({})}.${part({ iat: 1000, exp: 1900, id })}.x`,
  refreshToken: `refresh-${id}`,
  user: { id, username: id, role: 'CUSTOMER' },
});
const noLive: Live = {
  follow: () => () => undefined,
  connection: () => 'idle',
  subscribe: () => () => undefined,
  reconnect: () => undefined,
  wake: () => undefined,
};
const question = gql`
  {
    categories {
      name
    }
  }
`;

let server: Server;
let isDeaf: boolean;
/** Who asked, by the header. */
let asked: (string | undefined)[];
let traceparents: unknown[];
let kept: Map<string, string>;
let nowMs: number;

beforeEach(async () => {
  isDeaf = false;
  asked = [];
  traceparents = [];
  kept = new Map();
  nowMs = 1_000_000;
  server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    traceparents.push(request.headers['traceparent']);
    if (isDeaf) return;
    response.setHeader('content-type', 'application/json');
    response.end('{"data":{"categories":[]}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function openTab(answerMs?: number, live = noLive) {
  const sessions = createSessions({
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    alone: (work) => work(),
    refresh: async () => 'gone',
    now: () => nowMs,
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const open = () => createShopClient({ url, sessions, live, ...(answerMs === undefined ? {} : { answerMs }) });
  return { sessions, open };
}

describe('the client of the graph', () => {
  test('sends the token of the logged-in user', async () => {
    const { sessions, open } = openTab();
    sessions.begin(granted('lan'));
    await open().query(question, {});

    expect(asked).toEqual([`Bearer ${granted('lan').accessToken}`]);
  });

  test('does not send the token of another user who logged in in another tab', async () => {
    const { sessions, open } = openTab();
    sessions.begin(granted('lan'));
    const client = open();
    openTab().sessions.begin(granted('minh'));
    // the token is old, so that the tab looks at what is kept
    nowMs += 3_600_000;
    await client.query(question, {});

    expect(sessions.current()?.user.id).toBe('minh');
    expect(asked).toEqual([undefined]);
  });

  test('begins a trace with each operation, and keeps the other headers', async () => {
    const extensions: unknown[] = [];
    const live: Live = {
      ...noLive,
      follow(payload) {
        extensions.push(payload.extensions);
        return () => undefined;
      },
    };
    const { sessions, open } = openTab(undefined, live);
    sessions.begin(granted('lan'));
    const client = open();
    await client.query(question, {}, { requestPolicy: 'network-only' });
    await client.query(question, {}, { requestPolicy: 'network-only' });
    const subscription = gql`
      subscription ($id: ID!) {
        orderStatus(orderId: $id) {
          id
        }
      }
    `;
    const followed = ['a', 'b'].map((id) => client.subscription(subscription, { id }).subscribe(() => undefined));
    await waitFor('both subscriptions', () => extensions.length === 2);
    for (const { unsubscribe } of followed) unsubscribe();

    const all = [...traceparents, ...extensions.map((one) => (one as { traceparent?: unknown }).traceparent)];
    expect(all).toEqual(Array.from({ length: 4 }, () => expect.stringMatching(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/)));
    expect(new Set(all.map((one) => String(one).slice(3, 35))).size).toBe(4);
    expect(asked).toEqual(asked.map(() => `Bearer ${granted('lan').accessToken}`));
  });

  test('gives up on an answer that does not come', async () => {
    isDeaf = true;
    const { error } = await openTab(50).open().query(question, {});

    expect(codeOf(error)).toBe('OFFLINE');
  });
});
