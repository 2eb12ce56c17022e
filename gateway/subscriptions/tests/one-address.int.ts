import { afterEach, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { newId } from '#platform/ids.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { labelOfCode } from '../close-codes.ts';
import { ada } from './fake-orders.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

type Message = { readonly id?: string; readonly type: string; readonly payload?: unknown };

let world: World;
const sockets: WebSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await world.stop();
});

/** Sockets come from the addresses in turn. */
async function start(options: WorldOptions, addresses: readonly string[] = []): Promise<void> {
  const next = [...addresses];
  world = await startWorld({ ...options, clientAddress: () => next.shift() ?? '10.0.0.1' });
}

async function open(user = ada) {
  const socket = new WebSocket(world.url, 'graphql-transport-ws');
  sockets.push(socket);
  const received: Message[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `user:${user}` } })));
  await waitFor('the acknowledgement', () => received.length === 1);
  return {
    send: (message: Message) => socket.send(JSON.stringify(message)),
    /** The first answer to an operation. */
    async answerTo(id: string): Promise<Message | undefined> {
      await waitFor('an answer', () => received.some((message) => message.id === id));
      return received.find((message) => message.id === id);
    },
    received,
  };
}

const subscribe = (id: string, orderId: string, more: object = {}, fields = 'id'): Message => ({
  id,
  type: 'subscribe',
  payload: { query: `subscription ($id: ID!) { orderStatus(orderId: $id) { ${fields} } }`, variables: { id: orderId, ...more } },
});
const rateLimited = { type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] };

test('so many operations may be under way on all sockets of one address together, and those of others are no part of them', async () => {
  await start({ limits: { operationsPerAddress: 2 } }, ['10.0.0.1', '10.0.0.1', '10.0.0.2']);
  const order = await world.orders.place(ada);
  const [first, second, other] = [await open(), await open(), await open()];
  first.send(subscribe('1', order.id));
  second.send(subscribe('2', order.id));
  await Promise.all([first.answerTo('1'), second.answerTo('2')]);

  first.send(subscribe('3', order.id));
  other.send(subscribe('4', order.id));

  expect(await first.answerTo('3')).toMatchObject(rateLimited);
  expect(await other.answerTo('4')).toMatchObject({ type: 'next' });
  second.send({ id: '2', type: 'complete' });
  await waitFor('its end', async () => (await world.metric('subscriptions')) === 2);
  first.send(subscribe('5', order.id));
  expect(await first.answerTo('5')).toMatchObject({ type: 'next' });
});

test('what is under way from one address may be so long together', async () => {
  await start({ limits: { heldCharactersPerAddress: 4000 } });
  const order = await world.orders.place(ada);
  const [first, second] = [await open(), await open()];
  first.send(subscribe('1', order.id, { more: 'a'.repeat(3000) }));
  expect(await first.answerTo('1')).toMatchObject({ type: 'next' });

  second.send(subscribe('2', order.id, { more: 'a'.repeat(3000) }));
  expect(await second.answerTo('2')).toMatchObject(rateLimited);

  second.send(subscribe('3', order.id));
  expect(await second.answerTo('3')).toMatchObject({ type: 'next' });
});

test.each([
  ['an update is executed in its caller’s turn, and those of others do not wait', false, 2],
  ['an update of registered operations, whose cost is known, waits for none', true, 11],
])('%s', async (_, isRegistered, begun) => {
  await start({ maxCostAtOnce: 20, isRegistered: () => isRegistered });
  const bob = newId();
  const [hers, his] = [await world.orders.place(ada), await world.orders.place(bob)];
  const [loud, quiet] = [await open(), await open(bob)];
  const ids = Array.from({ length: 10 }, (_unused, index) => `a${index}`);
  for (const id of ids) loud.send(subscribe(id, hers.id, {}, `${id}: id payment { status }`));
  quiet.send(subscribe('b', his.id, {}, 'payment { status }'));
  await Promise.all([...ids.map(loud.answerTo), quiet.answerTo('b')]);
  const before = await world.metric('subscription_executions_total');
  const letGo = world.holdPayments();

  await world.orders.move(hers, 'AWAITING_PAYMENT');
  await world.orders.move(his, 'AWAITING_PAYMENT');

  await waitFor('executions', async () => (await world.metric('subscription_executions_total')) === before + begun);
  letGo();
  await waitFor('all answers', () => loud.received.length === 21 && quiet.received.length === 3);
  expect(await world.metric('subscription_executions_total')).toBe(before + 11);
});

test('clients do not make labels of metrics by closing with codes of their own', () => {
  const labels = new Set(Array.from({ length: 2000 }, (_, index) => labelOfCode(3000 + index)));

  expect([...labels].sort()).toEqual(['4004', '4005', '4400', '4401', '4403', '4406', '4408', '4409', '4429', '4500', 'other']);
  expect([1000, 1001, 1006].map(labelOfCode)).toEqual(['1000', '1001', '1006']);
});
