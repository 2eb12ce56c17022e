import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import { type DeadLetter, toReplay } from '#kafka/dead-letter-message.ts';
import { readDeadLetters } from '#kafka/dead-letters.ts';
import type { EventLog, Message } from '#kafka/event-log.ts';
import { createEvent, toMessage } from '#kafka/events.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { deadTopicOf, type TopicName, topicNames } from '#kafka/topics.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { archiveProduct, type Customer, createCustomer, createProduct, stockOf } from '#tools/demo/scene.ts';
import { rowsOf } from './books.ts';
import { type OpenShop, openShop, sharedFolder } from './shop.ts';

jest.setTimeout(60_000);

const { describe, test } = needs('kafka');
let shop: OpenShop;
let log: EventLog;
let product: string;
let customer: Customer;
let userId: string;
let email: string;

beforeAll(async () => {
  shop = await openShop();
  log = openKafkaLog({ brokers: [...(shop.kafkaBrokers ?? [])], clientId: 'e2e', logger: createLogger('e2e', 'silent') });
  product = await createProduct(shop.stage, 'Cup of the events', 100);
  const somebody = await shop.newCustomer();
  ({ userId, email } = somebody);
  customer = await createCustomer(shop.stage, somebody.accessToken);
});

afterAll(async () => {
  if (product) await archiveProduct(shop.stage, product);
  await customer?.close();
  await log?.close();
  await shop?.close();
});

/** A message as a foreign program might leave it on a topic. */
function message(type: string | null, value: string | null, topic: TopicName = 'checkout', key = newId()): Message {
  return { topic, key, value, headers: type === null ? {} : { ce_specversion: '1.0', ce_id: newId(), ce_type: type } };
}

async function lettersOf(keys: readonly string[]): Promise<DeadLetter[]> {
  const read = await Promise.all(topicNames.map((topic) => log.readAll(deadTopicOf(topic))));
  return readDeadLetters(read.flat()).filter((letter) => keys.includes(letter.message.key));
}

async function buyOne(): Promise<{ id: string; number: string }> {
  await customer.fill([{ productId: product, quantity: 1 }]);
  const order = await customer.place('card-ok');
  if ('rejected' in order) throw new Error(order.rejected);
  await customer.watch(order.id, (move) => move.status === 'PAID');
  await customer.cartEmptied();
  return order;
}

async function receiptsFor(number: string): Promise<number> {
  const mails = (await (await fetch(new URL('/api/email', shop.mailUrl))).json()) as { to: { address: string }[]; subject: string }[];
  return mails.filter((mail) => mail.to.some((to) => to.address === email) && mail.subject === `Your receipt for order ${number}`).length;
}

/** `npm run dead-letters -- …` on this shop. */
function deadLetters(...args: string[]): Promise<string> {
  const script = fileURLToPath(new URL('../../tools/dead-letters.ts', import.meta.url));
  const child = spawn(process.execPath, [script, ...args, '--data', sharedFolder()], {
    cwd: join(script, '../..'),
    env: { ...process.env, KAFKA_BROKERS: '', NO_COLOR: '1' },
  });
  return new Promise((resolve) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += String(text);
      });
    }
    child.on('close', (code) => resolve(`${output}(${code})`));
  });
}

describe('what lies on a topic and is no event', () => {
  test('becomes a dead letter of its consumers, and delays nothing', async () => {
    const messages = {
      'no JSON': message('order.paid', 'not JSON'),
      'another shape': message('order.created', '{"orderId":7}'),
      'a value too large': message('inventory.reserved', `{"orderId":"${newId()}","lines":"${'x'.repeat(100_000)}"}`),
      'no value': message('payment.succeeded', null),
      'a letter that PostgreSQL rejects': toMessage(
        createEvent('user.registered', newId(), { userId: newId(), version: 1, email: 'nul@example.com', username: 'a\u0000b' }),
      ),
      'a number that PostgreSQL rejects': message(
        'product.updated',
        JSON.stringify({
          productId: newId(),
          version: Number.MAX_SAFE_INTEGER,
          sku: 'S',
          name: 'N',
          slug: 'n',
          category: 'c',
          price: { amount: 1, currency: 'EUR' },
          availability: 'IN_STOCK',
          imageUrl: null,
          archived: false,
        }),
        'catalogue',
      ),
      'an unknown type': message('order.exploded', '{}'),
      'no type': message(null, 'hello'),
      'an order that nobody placed': toMessage(
        createEvent('payment.succeeded', newId(), {
          orderId: newId(),
          paymentId: newId(),
          amount: { amount: 1, currency: 'EUR' },
        }),
      ),
    };
    const keys = Object.values(messages).map(({ key }) => key);
    const setAside = async () => {
      const letters = await lettersOf(keys);
      const by = (wanted: string) =>
        letters
          .filter(({ message: { key } }) => key === wanted)
          .map((letter) => letter.consumer)
          .sort();
      return Object.fromEntries(Object.entries(messages).map(([name, { key }]) => [name, by(key)]));
    };

    await log.publish(Object.values(messages));
    const order = await buyOne();
    const expected = {
      'no JSON': ['cart', 'mailer', 'product'],
      'another shape': ['cart', 'payment', 'product'],
      'a value too large': ['order', 'payment'],
      'no value': ['order'],
      'a letter that PostgreSQL rejects': ['mailer', 'order'],
      'a number that PostgreSQL rejects': ['cart'],
      'an unknown type': [],
      'no type': [],
      'an order that nobody placed': [],
    };
    await waitFor('the dead letters', async () => (await lettersOf(keys)).length >= Object.values(expected).flat().length, 20_000);

    expect(await setAside()).toEqual(expected);
    await waitFor('the receipt', async () => (await receiptsFor(order.number)) === 1, 15_000);
  });

  test('an order whose events arrive three times, backwards too, is unchanged', async () => {
    const order = await buyOne();
    await waitFor('the receipt', async () => (await receiptsFor(order.number)) === 1, 15_000);
    const stock = await waitFor('the stock to settle', async () => {
      const seen = await stockOf(shop.stage, product);
      return seen.held === 0 && seen;
    });
    const story = (await log.readAll('checkout')).filter(({ key }) => key === order.id);
    const again = [...story, ...story.toReversed()].map(({ topic, key, headers, value }) => ({ topic, key, headers, value }));
    // what cannot be read comes after them in the same partition: who sets it aside has passed them
    const marks = ['order.paid', 'order.created', 'payment.succeeded'].map((type) => message(type, '{}', 'checkout', order.id));

    await log.publish(again);
    await log.publish(marks);
    await waitFor('all to have passed them', async () => (await lettersOf([order.id])).length >= 7, 20_000);
    const history = 'SELECT version, status FROM order_history WHERE order_id = ';
    const charges = 'SELECT outcome, refunded_amount FROM charges WHERE idempotency_key = ';

    expect(story.map(({ headers }) => headers['ce_type']).sort()).toEqual([
      'inventory.reserved',
      'order.awaiting-payment',
      'order.created',
      'order.paid',
      'payment.succeeded',
    ]);
    expect((await lettersOf([order.id])).map((letter) => letter.consumer).sort()).toEqual([
      'cart',
      'cart',
      'mailer',
      'order',
      'payment',
      'product',
      'product',
    ]);
    expect(await rowsOf(shop.postgresUrl, 'order', `${history}'${order.id}' ORDER BY version`)).toEqual([
      { version: 1, status: 'PENDING' },
      { version: 2, status: 'AWAITING_PAYMENT' },
      { version: 3, status: 'PAID' },
    ]);
    expect(await rowsOf(shop.postgresUrl, 'provider', `${charges}'${order.id}'`)).toEqual([{ outcome: 'SUCCEEDED', refunded_amount: 0 }]);
    expect(await stockOf(shop.stage, product)).toEqual(stock);
    expect(await receiptsFor(order.number)).toBe(1);
  });
});

describe('npm run dead-letters on the running shop', () => {
  test('lists and shows what could not be handled; when the cause is mended, a replay has its effect', async () => {
    // an unforeseen fault: the database of mail rejects this customer's mails
    await rowsOf(shop.postgresUrl, 'mailer', `ALTER TABLE mails ADD CONSTRAINT broken CHECK (user_id <> '${userId}') NOT VALID`);
    const order = await buyOne();
    const letter = await waitFor('the dead letter', async () => (await lettersOf([order.id]))[0]);
    const { id } = letter;

    const listed = await deadLetters('list');
    const shown = await deadLetters('show', id);
    await rowsOf(shop.postgresUrl, 'mailer', 'ALTER TABLE mails DROP CONSTRAINT broken');
    const replayed = await deadLetters('replay', id);
    await waitFor('the receipt', async () => (await receiptsFor(order.number)) === 1, 15_000);

    expect(toReplay(letter).headers['replay-for']).toBe('mailer');
    expect(listed).toMatch(new RegExp(`${id} .* mailer +order\\.paid .*broken`));
    expect(shown).toContain(`"number": "${order.number}"`);
    expect(replayed).toContain('One dead letter replayed');
    expect(await deadLetters('list')).not.toContain(id);
    expect(await receiptsFor(order.number)).toBe(1);
  });

  test('a replay of what is still wrong is listed again', async () => {
    const broken = message('payment.failed', '{}');
    await log.publish([broken]);
    const first = await waitFor('the dead letter', async () => (await lettersOf([broken.key]))[0]);

    await deadLetters('replay', first.id);
    const second = await waitFor('another one', async () => (await lettersOf([broken.key])).find(({ id }) => id !== first.id), 15_000);

    expect(await deadLetters('show', second.id)).toContain('payment.failed');
    expect(await deadLetters('discard', second.id)).toContain('is forgotten.');
    await waitFor('none', async () => (await lettersOf([broken.key])).length === 0, 10_000);
  });
});
