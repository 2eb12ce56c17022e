import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { waitFor } from '#tests/support/wait-for.ts';
import { createLive, type Live, type LiveDependencies } from '../graph/live.ts';

type Message = { id: string; type: string; payload?: Record<string, unknown> };
type Asked = { id: string; sinceVersion: unknown; token: unknown; socket: ServerSocket };

/** A server of graphql-transport-ws that a test controls. */
let server: WebSocketServer;
let connections: number;
let asked: Asked[];
let isDeaf: boolean;
/** Null accepts the connection; a number closes it with this code. */
let admit: (token: unknown) => number | null;
let live: Live;
let states: string[];
let token: string | null;
let renewals: number;

function serve(port: number): WebSocketServer {
  const opened = new WebSocketServer({ port, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  opened.on('connection', (socket) => {
    connections += 1;
    let given: unknown;
    const answers: Readonly<Record<string, (message: Message) => void>> = {
      connection_init({ payload }) {
        given = payload?.['authorization'];
        const code = admit(given);
        if (code === null) socket.send('{"type":"connection_ack"}');
        else socket.close(code, 'rejected');
      },
      ping: () => socket.send('{"type":"pong"}'),
      subscribe({ id, payload }) {
        const variables = payload?.['variables'] as { sinceVersion?: unknown } | undefined;
        asked.push({ id, sinceVersion: variables?.sinceVersion, token: given, socket });
      },
    };
    socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as Message;
      if (!isDeaf) answers[message.type]?.(message);
    });
  });
  return opened;
}

const portOf = (opened: WebSocketServer) => (opened.address() as AddressInfo).port;
const cut = () => {
  for (const socket of server.clients) socket.terminate();
};
const tell = ({ socket, id }: Asked, version: number) =>
  socket.send(JSON.stringify({ id, type: 'next', payload: { data: { orderStatus: { version } } } }));

function openLive(parts: Partial<LiveDependencies> = {}): Live {
  live = createLive({
    url: `ws://127.0.0.1:${portOf(server)}`,
    token: async () => token,
    renew: async () => {
      renewals += 1;
      token = 'renewed';
    },
    backoffMs: () => 5,
    ...parts,
  });
  states = [];
  live.subscribe(() => states.push(live.connection()));
  return live;
}

function follow(followed: Live = live) {
  const seen: number[] = [];
  const errors: unknown[] = [];
  const stop = followed.follow(
    { query: '', variables: { orderId: 'o1', sinceVersion: null } },
    {
      next: ({ data }) => seen.push((data as { orderStatus: { version: number } }).orderStatus.version),
      error: (error) => errors.push(error),
      complete: () => undefined,
    },
  );
  stops.push(stop);
  return { seen, errors, stop };
}

let stops: (() => void)[];
const nthAsked = (count: number) => waitFor(`subscription ${count}`, () => asked[count - 1]);

beforeEach(async () => {
  [connections, asked, isDeaf, admit, token, renewals, stops] = [0, [], false, () => null, 'first', 0, []];
  server = serve(0);
  await once(server, 'listening');
});

afterEach(async () => {
  for (const stop of stops) stop();
  live.reconnect();
  live.wake();
  cut();
  await new Promise((resolve) => server.close(resolve));
});

describe('what is followed', () => {
  test('goes on behind the last version it received when the socket is cut', async () => {
    openLive();
    const { seen } = follow();
    tell(await nthAsked(1), 1);
    tell(await nthAsked(1), 2);
    await waitFor('both', () => seen.length === 2);

    cut();
    tell(await nthAsked(2), 3);

    await waitFor('the third', () => seen.length === 3);
    expect(asked.map(({ sinceVersion }) => sinceVersion)).toEqual([null, 2]);
    expect(seen).toEqual([1, 2, 3]);
  });

  test('is asked for again when an event could not be sent because a part of the shop was away', async () => {
    openLive();
    const { seen } = follow();
    const first = await nthAsked(1);
    tell(first, 4);
    await waitFor('the first', () => seen.length === 1);

    const lost = { data: { orderStatus: null }, errors: [{ message: 'away', extensions: { code: 'UNAVAILABLE' } }] };
    first.socket.send(JSON.stringify({ id: first.id, type: 'next', payload: lost }));
    tell(await nthAsked(2), 5);

    await waitFor('the next', () => seen.length === 2);
    expect([asked[1]?.sinceVersion, connections, seen]).toEqual([4, 1, [4, 5]]);
  });

  test('is over when the shop rejects it', async () => {
    openLive();
    const { errors } = follow();
    const { socket, id } = await nthAsked(1);

    socket.send(JSON.stringify({ id, type: 'error', payload: [{ message: 'none', extensions: { code: 'NOT_FOUND' } }] }));

    await waitFor('the userError', () => errors.length === 1);
    cut();
    follow();
    await nthAsked(2);
    expect(asked).toHaveLength(2);
  });

  test('shares its pauses with everything else that is followed', async () => {
    const attempts: number[] = [];
    openLive({
      backoffMs(attempt) {
        attempts.push(attempt);
        return 5;
      },
    });
    for (let count = 0; count < 3; count += 1) follow();
    await nthAsked(3);

    cut();
    await nthAsked(6);

    expect(attempts).toEqual([0]);
    expect(connections).toBe(2);
  });
});

describe('the connection', () => {
  test('is live, being made again after a cut, offline while the shop is away, and live again', async () => {
    openLive();
    follow();
    await nthAsked(1);
    const port = portOf(server);

    const closed = new Promise((resolve) => server.close(resolve));
    cut();
    await closed;
    await waitFor('offline', () => live.connection() === 'offline');
    server = serve(port);

    await nthAsked(2);
    await waitFor('live', () => live.connection() === 'live');
    expect(states).toEqual(['connecting', 'live', 'connecting', 'offline', 'live']);
  });

  test('is idle without subscriptions, also in the middle of a pause', async () => {
    openLive({ backoffMs: () => 60_000 });
    const { stop } = follow();
    await nthAsked(1);
    cut();
    await waitFor('the cut', () => live.connection() !== 'live');

    stop();

    expect(live.connection()).toBe('idle');
  });

  test('does not wait any longer when the page is seen again', async () => {
    openLive({ backoffMs: () => 60_000 });
    follow();
    await nthAsked(1);
    cut();
    await waitFor('the cut', () => live.connection() !== 'live');

    live.wake();

    await nthAsked(2);
  });

  test('is reopened when the socket stops answering pings', async () => {
    openLive({ silenceMs: 20, answerMs: 50 });
    follow();
    await nthAsked(1);

    isDeaf = true;
    await waitFor('the silence to be noticed', () => connections > 1);
    isDeaf = false;

    await nthAsked(2);
  });
});

describe('the token', () => {
  test('is renewed when the shop rejects it as expired, regardless of the clock of the browser', async () => {
    openLive();
    follow();
    const { socket } = await nthAsked(1);

    socket.close(4403, 'the token has expired');

    await nthAsked(2);
    expect(asked.map((one) => one.token)).toEqual(['Bearer first', 'Bearer renewed']);
  });

  test('is renewed once when it is rejected, however much is followed', async () => {
    admit = (given) => (given === 'Bearer first' ? 4401 : null);
    openLive();
    for (let count = 0; count < 3; count += 1) follow();

    expect((await nthAsked(3)).token).toBe('Bearer renewed');
    expect([renewals, connections]).toEqual([1, 2]);
  });

  test('is that of the current user, after another has logged out', async () => {
    openLive();
    follow();
    await nthAsked(1);
    token = null;

    live.reconnect();

    expect((await nthAsked(2)).token).toBeUndefined();
  });
});
