import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from '@jest/globals';
import { newId } from '#platform/ids.ts';
import { seedShop } from '../seed/seed-shop.ts';

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

/** A subgraph on loopback; `answer` gives the data for the variables of each question. */
async function startFake(answer: (query: string, variables: { productId?: string }) => object): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { query, variables } = JSON.parse(body) as { query: string; variables: { productId?: string } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: answer(query, variables) }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

test('a catalogue whose seed was interrupted is ready only when the cart knows its products', async () => {
  const ids = [newId(), newId(), newId()];
  const asked: string[] = [];
  const product = await startFake(() => ({ products: { totalCount: 3, edges: ids.map((id) => ({ node: { id } })) } }));
  const user = await startFake(() => ({ logIn: { session: { user: { id: newId() } } } }));
  const cart = await startFake((_, { productId = '' }) => {
    asked.push(productId);
    // receives the second one only after a while
    const isKnown = productId !== ids[1] || asked.filter((id) => id === ids[1]).length > 3;
    return { addToCart: { __typename: isKnown ? 'CartNotFound' : 'ProductNotFound' } };
  });

  const seeded = await seedShop({
    urls: { product, user, cart },
    internalTokenSecrets: 'a secret of thirty-two characters',
    admin: { login: 'admin', password: 'x' },
    customer: { username: 'customer', email: 'customer@example.com', password: 'x' },
  });

  expect(seeded).toEqual({ products: 3, created: 0, registered: false });
  expect(asked).toEqual([ids[0], ids[1], ids[1], ids[1], ids[1], ids[2]]);
});
