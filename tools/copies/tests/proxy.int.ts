import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { listen } from '#platform/http/server.ts';
import { freePort } from '../../dev/ports.ts';
import { type CopiesProxy, openProxy } from '../proxy.ts';

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A copy that answers every request with its name, and closes the connection. */
async function serve(name: string): Promise<{ name: string; port: number; server: Server }> {
  const server = createServer((_, response) => response.writeHead(200, { connection: 'close' }).end(name));
  stops.push(() => server.close());
  return { name, port: await listen(server, '127.0.0.1', 0), server };
}

async function open(targets: readonly { name: string; port: number }[], preferred?: string): Promise<CopiesProxy> {
  const proxy = await openProxy(await freePort(), targets, preferred);
  stops.push(() => proxy.stop());
  for (const { name } of targets) proxy.setReady(name, true);
  return proxy;
}

const ask = async ({ port }: CopiesProxy) => (await fetch(`http://127.0.0.1:${port}/`)).text();

test('gives each ready copy its turn', async () => {
  const proxy = await open([await serve('a'), await serve('b')]);

  expect([await ask(proxy), await ask(proxy), await ask(proxy)]).toEqual(['a', 'b', 'a']);

  proxy.setReady('a', false);
  expect([await ask(proxy), await ask(proxy)]).toEqual(['b', 'b']);
});

test('tries the next copy when one does not accept the connection', async () => {
  const gone = { name: 'gone', port: await freePort() };
  const proxy = await open([gone, await serve('b')], 'gone');

  expect(await ask(proxy)).toBe('b');
});

test('closes the connection when no copy is ready', async () => {
  const proxy = await open([await serve('a')]);
  proxy.setReady('a', false);

  await expect(ask(proxy)).rejects.toThrow('fetch failed');
});

test('passes on what comes after one side has ended', async () => {
  const proxy = await open([await serve('a')]);
  const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  let answer = '';
  client.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });

  client.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await new Promise((resolve) => client.once('end', resolve));

  expect(answer).toMatch(/^a\r?$/m);
});
