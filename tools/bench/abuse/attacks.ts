import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { WebSocket } from 'ws';
import { blanks, introspection, longAnswer, manyOperations, nestedFragments, unknownLogIn, widePlan, wrongVariables } from './documents.ts';
import type { Target } from './target.ts';

export type Attack = {
  readonly name: string;
  /** What is sent, in a few words. */
  readonly about: string;
  /** Goes on until `signal` or its own bound; resolves to how often each outcome came. Never rejects. */
  run(target: Target, signal: AbortSignal): Promise<Record<string, number>>;
};

/** By outcome: an HTTP status, a close code, or the reason why there was none. */
class Tally {
  readonly counts: Record<string, number> = {};
  add(outcome: string | number, times = 1): void {
    this.counts[outcome] = (this.counts[outcome] ?? 0) + times;
  }
}

const headers = { 'content-type': 'application/json' };

/** Sends bodies over so many connections, as fast as they are answered. */
function flood(most: number, connections: number, body: () => object): Attack['run'] {
  return async ({ url, from }, signal) => {
    const tally = new Tally();
    const dispatcher = new Agent({ connections, ...(from !== undefined && { localAddress: from }) });
    const turns = Array(most).keys();
    const sendOne = async () => {
      try {
        const answer = await request(url, { method: 'POST', headers, dispatcher, body: JSON.stringify(body()), signal });
        await answer.body.dump({ limit: 64 * 1024 * 1024 });
        tally.add(answer.statusCode);
      } catch (error) {
        if (!signal.aborted) tally.add(codeOf(error));
      }
    };
    const send = async () => {
      for (const _ of turns) if (!signal.aborted) await sendOne();
    };
    await Promise.all(Array.from({ length: connections }, send));
    await dispatcher.destroy();
    return tally.counts;
  };
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? (error instanceof Error ? error.name : 'unknown');
}

function openSocket({ url, from }: Target): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port), ...(from !== undefined && { localAddress: from }) });
}

/** The beginning of a request whose body never ends. */
function unfinishedRequest(url: string, framing: string): string {
  return `POST ${new URL(url).pathname} HTTP/1.1\r\nhost: ${new URL(url).host}\r\ncontent-type: application/json\r\n${framing}\r\n\r\n`;
}

/** A request as bytes, for connections on which the next one does not wait for the answer, or on which the client does not read. */
function rawRequest(url: string, body: object): string {
  const text = JSON.stringify(body);
  return `POST ${new URL(url).pathname} HTTP/1.1\r\nhost: ${new URL(url).host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/** Asks for long answers on so many connections and reads none of them. */
function readNothing(connections: number): Attack['run'] {
  return async (target, signal) => {
    const tally = new Tally();
    const body = { query: longAnswer(8) };
    const sockets = Array.from({ length: connections }, () => {
      const socket = openSocket(target);
      socket.pause();
      socket.on('error', (error) => tally.add(codeOf(error)));
      socket.on('close', () => tally.add('cut off'));
      socket.write(rawRequest(target.url, body).repeat(8));
      return socket;
    });
    await untilAborted(signal);
    tally.add('still open', sockets.filter((socket) => !socket.destroyed).length);
    for (const socket of sockets) socket.removeAllListeners('close').destroy();
    return tally.counts;
  };
}

/** A hundred requests at a time without waiting for their answers, on two connections, opened again when they are closed. */
function pipeline(most: number): Attack['run'] {
  return async (target, signal) => {
    const tally = new Tally();
    const hundred = rawRequest(target.url, { query: '{ __typename }' }).repeat(100);
    let left = most;
    const ask = async () => {
      while (left > 0 && !signal.aborted) {
        const socket = openSocket(target);
        let awaited = 0;
        const sendMore = () => {
          if (awaited > 0 || left <= 0 || signal.aborted) return;
          awaited = 100;
          left -= 100;
          socket.write(hundred);
        };
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
        socket.on('error', (error) => tally.add(codeOf(error)));
        socket.on('connect', sendMore);
        socket.on('data', (chunk: Buffer) => {
          for (const [, status] of chunk.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g)) {
            tally.add(status ?? '');
            awaited -= 1;
          }
          sendMore();
        });
        await Promise.race([closed, untilAborted(signal)]);
        socket.destroy();
        // as fast as a client is that begins again
        await sleep(20);
      }
    };
    await Promise.all([ask(), ask()]);
    return tally.counts;
  };
}

/** So many bytes of small messages on two sockets, opened again when they are closed. */
function smallMessages(mostBytes: number): Attack['run'] {
  return async ({ url, from }, signal) => {
    const tally = new Tally();
    const text = JSON.stringify({ id: 'a', type: 'subscribe', payload: { query: 'subscription { nothing }' } });
    let left = mostBytes;
    const talk = async () => {
      while (left > 0 && !signal.aborted) {
        const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', from === undefined ? {} : { localAddress: from });
        const closed = new Promise<void>((resolve) =>
          socket.once('close', (code) => {
            tally.add(`closed with ${code}`);
            resolve();
          }),
        );
        socket.on('error', (error) => tally.add(codeOf(error)));
        socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
        socket.once('message', () => {
          for (let count = 0; count < 20_000 && left > 0; count += 1) {
            left -= text.length;
            socket.send(text);
          }
        });
        await Promise.race([closed, untilAborted(signal)]);
        socket.terminate();
        // as fast as a client is that begins again
        await sleep(20);
      }
    };
    await Promise.all([talk(), talk()]);
    return tally.counts;
  };
}

/**
 * Sends `text` on so many connections, then one byte every `everyMs` where that is given, and opens them again when they are closed; `most` in all.
 */
function sendUnfinished(connections: number, most: number, text: (url: string) => string, everyMs?: number): Attack['run'] {
  return async (target, signal) => {
    const tally = new Tally();
    const sent = text(target.url);
    const turns = Array(most).keys();
    const sendOne = async () => {
      const socket = openSocket(target);
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.on('error', (error) => tally.add(codeOf(error)));
      socket.on('data', (chunk: Buffer) => tally.add(/^HTTP\/1\.1 (\d{3})/.exec(chunk.toString('latin1'))?.[1] ?? 'more of an answer'));
      socket.write(sent);
      const trickle = everyMs === undefined ? undefined : setInterval(() => socket.write('a'), everyMs);
      await Promise.race([closed, untilAborted(signal)]);
      clearInterval(trickle);
      tally.add(socket.destroyed ? 'closed' : 'still open');
      socket.destroy();
      // as fast as a client is that begins again
      await sleep(20);
    };
    const send = async () => {
      for (const _ of turns) if (!signal.aborted) await sendOne();
    };
    await Promise.all(Array.from({ length: connections }, send));
    return tally.counts;
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function registerQuery(): object {
  const query = `${blanks(8000)}`;
  return { query, extensions: { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') } } };
}

/** What one guest tries, each bounded in count and ended by the caller after a time. */
export const attacks: readonly Attack[] = [
  { name: 'operations', about: '23 KB of 700 operations, a new name each', run: flood(400, 8, () => manyOperations(700)) },
  { name: 'blanks', about: '1 MB of blanks around one field', run: flood(336, 8, () => ({ query: blanks(1_000_000) })) },
  { name: 'introspection', about: 'aliases of all types', run: flood(400, 8, () => ({ query: introspection(25) })) },
  { name: 'small-introspection', about: 'all types once, in a new text each', run: flood(400, 8, () => ({ query: introspection(1) })) },
  { name: 'plans', about: 'plans that need every subgraph, new each', run: flood(400, 8, () => ({ query: widePlan(8) })) },
  { name: 'wide-plans', about: 'twenty orders with everything about them', run: flood(400, 8, () => ({ query: widePlan(20) })) },
  { name: 'variables', about: 'inputs of 1,000 fields that do not exist', run: flood(2000, 8, () => wrongVariables(1000)) },
  { name: 'fragments', about: '1,600 inline fragments in each other', run: flood(2000, 8, () => ({ query: nestedFragments(1600) })) },
  { name: 'persisted', about: 'texts of 8 KB to be kept by their hash', run: flood(4000, 8, registerQuery) },
  { name: 'slow-readers', about: '40 connections that read no answer', run: readNothing(40) },
  { name: 'pipelining', about: 'requests that wait for no answer', run: pipeline(20_000) },
  { name: 'small-messages', about: '12 MB of small messages on two sockets', run: smallMessages(12_000_000) },
  {
    name: 'small-pieces',
    about: 'bodies in pieces of one byte on 16 connections, opened again at once',
    run: sendUnfinished(16, 10_000, (url) => unfinishedRequest(url, 'transfer-encoding: chunked') + '1\r\na\r\n'.repeat(20_000)),
  },
  {
    name: 'unwanted-pieces',
    about: 'the same where nothing takes a body',
    run: sendUnfinished(
      16,
      10_000,
      (url) => unfinishedRequest(new URL('/nothing', url).href, 'transfer-encoding: chunked') + '1\r\na\r\n'.repeat(20_000),
    ),
  },
  {
    name: 'unfinished-bodies',
    about: '70 KB of a body that never ends on 1,000 connections',
    run: sendUnfinished(1000, 4000, (url) => unfinishedRequest(url, 'content-length: 131072') + ' '.repeat(70_000)),
  },
  {
    name: 'slow-bodies',
    about: 'a body of which a byte comes every second on 1,000 connections',
    run: sendUnfinished(1000, 4000, (url) => unfinishedRequest(url, 'content-length: 131072'), 1000),
  },
  {
    name: 'slow-headers',
    about: 'headers of which a byte comes every second on 1,000 connections',
    run: sendUnfinished(1000, 4000, (url) => `GET ${new URL(url).pathname} HTTP/1.1\r\nx-slow: `, 1000),
  },
  { name: 'log-ins', about: 'log-ins of unknown names, 32 at once', run: flood(1000, 32, unknownLogIn) },
];
