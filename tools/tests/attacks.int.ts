import { createServer } from 'node:http';
import { platform } from 'node:os';
import { expect, test } from '@jest/globals';
import { listen } from '#platform/http/server.ts';
import { attacks } from '../bench/abuse/attacks.ts';

/** All of 127.0.0.0/8 is this machine on Linux only. */
const onLinux = platform() === 'linux' ? test : test.skip;

onLinux.each(attacks.map(({ name, run }) => [name, run] as const))('%s comes from the address that it is to come from', async (_, run) => {
  const over = new AbortController();
  const seen = new Set<string | undefined>();
  const server = createServer((_request, response) => response.writeHead(429).end());
  server.on('connection', (socket) => {
    seen.add(socket.remoteAddress);
    over.abort();
  });
  const port = await listen(server, '127.0.0.1', 0);

  await run({ url: `http://127.0.0.1:${port}/graphql`, from: '127.0.0.2' }, over.signal);

  expect([...seen]).toEqual(['127.0.0.2']);
  server.closeAllConnections();
  server.close();
});
