import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { guest } from '#platform/auth.ts';
import { listen } from '#platform/http/server.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { createGraphqlEndpoint, type EndpointOptions } from '../http/graphql-endpoint.ts';
import { IncomingBodies } from '../http/incoming-bodies.ts';
import { reject } from '../pipeline/request-error.ts';
import { createMetrics } from '../runtime/metrics.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** An endpoint for callers who are over their budget, whose answers wait until they are let go. */
async function start() {
  const held: (() => void)[] = [];
  const endpoint = createGraphqlEndpoint({
    identify: async () => ({ identity: guest, expiresAt: null, sessionId: null }),
    prepare: { admit: async () => reject('RATE_LIMITED', 'Too many requests.') } as unknown as EndpointOptions['prepare'],
    clientAddress: () => '10.0.0.1',
    maxBodyBytes: { user: 1000, guest: 1000 },
    bodies: new IncomingBodies({ maxBytes: 1000 }),
    metrics: createMetrics(),
    holdBack: () => new Promise<void>((resolve) => held.push(resolve)),
    plans: null,
  } as unknown as EndpointOptions);
  server = createServer((request, response) => void endpoint.run(request, response, new URL('http://gateway.invalid/graphql')));
  const url = `http://127.0.0.1:${await listen(server, '127.0.0.1', 0)}/graphql`;
  const ended: number[] = [];
  const ask = async () => {
    const { status } = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ a }"}' });
    ended.push(status);
  };
  return { held, ended, ask };
}

test('who asks over the budget waits for the rejection, and asks nothing more on that connection meanwhile', async () => {
  const { held, ended, ask } = await start();

  const asked = ask();
  await waitFor('the rejection to be held back', () => held.length === 1);
  expect(ended).toEqual([]);
  held[0]?.();

  await asked;
  expect(ended).toEqual([429]);
});
