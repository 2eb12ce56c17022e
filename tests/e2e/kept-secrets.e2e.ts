import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import pg from 'pg';
import { WebSocket } from 'ws';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { deadTopicOf, topicNames } from '#kafka/topics.ts';
import { createLogger } from '#platform/logger.ts';
import { operationText } from '#schema/operation-text.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { databaseNames } from '#tools/dev/services.ts';
import { type OpenShop, openShop, sharedFolder } from './shop.ts';

type Session = { session: { accessToken: string; refreshToken: string } };
type Run = { readonly services: Readonly<Record<string, { readonly adminUrl: string }>> };

const folder = sharedFolder();
/** What a customer typed or was given in this story, by what it is. */
const secrets = new Map<string, string>();
let shop: OpenShop;
let customer: Awaited<ReturnType<OpenShop['newCustomer']>>;
let answers = '';

const secret = (what: string): string => {
  const value = `${what.replaceAll(' ', '-')}-${randomUUID()}`;
  secrets.set(what, value);
  return value;
};

/** As a client whose types are wrong sends it, over HTTP and over a socket. */
async function sendBroken(input: object): Promise<string> {
  const query = 'mutation ($input: LogInInput!) { logIn(input: $input) { __typename } }';
  const headers = { 'content-type': 'application/json' };
  const overHttp = await fetch(shop.gatewayUrl, { method: 'POST', headers, body: JSON.stringify({ query, variables: { input } }) });
  const socket = createClient({ url: shop.gatewayUrl.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  const overSocket = new Promise<unknown>((resolve) => {
    const subscription = 'subscription ($input: ID!) { orderStatus(orderId: $input) { status } }';
    const sink = { next: resolve, error: resolve, complete: () => resolve(null) };
    socket.subscribe({ query: subscription, variables: { input } }, sink);
  });
  const texts = [await overHttp.text(), JSON.stringify(await overSocket)];
  await socket.dispose();
  return texts.join('\n');
}

async function resetToken(email: string): Promise<string> {
  return waitFor('the mail with the link', async () => {
    const mails = (await (await fetch(new URL('/api/email', shop.mailUrl))).json()) as { text: string; to: { address: string }[] }[];
    const own = mails.filter(({ to }) => to.some(({ address }) => address === email));
    return own.map(({ text }) => /reset-password\?token=([\w%-]+)/.exec(text)?.[1]).find((token) => token !== undefined);
  });
}

beforeAll(async () => {
  shop = await openShop();
  customer = await shop.newCustomer();
  const { client, email } = customer;
  secrets.set('access token', customer.accessToken);
  const [changed, wrong, reset] = [secret('changed password'), secret('wrong password'), secret('reset password')];
  const username = email.split('@')[0] ?? '';
  const currentPassword = `${username}-password`;
  secrets.set('first password', currentPassword);
  const input = { currentPassword, newPassword: changed };
  const { changePassword } = await client.ask<{ changePassword: Session }>(operationText('storefront/change-password'), { input });
  secrets.set('refresh token', changePassword.session.refreshToken);
  await shop.guest.ask(operationText('storefront/log-in'), { input: { login: email, password: wrong } });
  // people type a password where the name belongs
  await shop.guest.ask(operationText('storefront/log-in'), { input: { login: secret('password as name'), password: wrong } });
  const refreshed = await shop.guest.ask<{ refreshSession: Session }>(operationText('storefront/refresh-session'), {
    input: { refreshToken: changePassword.session.refreshToken },
  });
  secrets.set('next refresh token', refreshed.refreshSession.session.refreshToken);
  answers += await sendBroken({ login: secret('broken login'), password: [secret('broken password')], token: 7 });
  await shop.guest.ask(operationText('storefront/request-password-reset'), { input: { email } });
  const token = await resetToken(email);
  secrets.set('reset token', token);
  await shop.guest.ask(operationText('storefront/reset-password'), { input: { token, newPassword: reset } });
  const again = await shop.guest.ask(operationText('storefront/reset-password'), { input: { token, newPassword: reset } });
  answers += JSON.stringify(again);
  // an unused one is stored longest
  await shop.guest.ask(operationText('storefront/request-password-reset'), { input: { email: shop.customer.login } });
  const kept = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as {
    admin: { password: string };
    internalTokenSecret: string;
  };
  secrets.set('password of the admin', kept.admin.password);
  secrets.set('internal token secret', kept.internalTokenSecret);
}, 60_000);

afterAll(() => shop?.close());

/** What of it is in a text, by name: an error must not repeat it either. */
const found = (text: string | Buffer): string[] => [...secrets].filter(([, value]) => text.includes(value)).map(([what]) => what);

/** Every row of every table, as text. */
async function everyRow(): Promise<string> {
  const texts: string[] = [];
  for (const name of databaseNames) {
    const url = new URL(shop.postgresUrl);
    url.pathname = `/marigold_${name}`;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const tables = await client.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    for (const table of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${table.name} AS t`);
      texts.push(...rows.map(({ row }) => row));
    }
    await client.end();
  }
  return texts.join('\n');
}

async function everyMessage(kafkaBrokers: readonly string[]): Promise<string> {
  const log = openKafkaLog({ brokers: [...kafkaBrokers], clientId: 'secrets', logger: createLogger('secrets', 'silent') });
  try {
    const read = await Promise.all(topicNames.flatMap((topic) => [log.readAll(topic), log.readAll(deadTopicOf(topic))]));
    return JSON.stringify(read);
  } finally {
    await log.close();
  }
}

/** All files of the data folder but those that are there to hold secrets: these, and the inbox, which is where mails arrive. */
const holders = /^(mail\/|(secrets|credentials|run)\.json$)/;
const files = () =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('what opens a door', () => {
  test('is in no table, not even of what is still to be sent', async () => {
    const rows = await everyRow();

    expect(rows).toContain(customer.email);
    expect(found(rows)).toEqual([]);
  });

  test('is on no topic', async () => {
    // without a Kafka there are only files
    const messages = shop.kafkaBrokers === null ? customer.email : await everyMessage(shop.kafkaBrokers);

    expect(messages).toContain(customer.email);
    expect(found(messages)).toEqual([]);
  });

  test('is in no log, no segment and no page of the data folder', () => {
    const read = files().filter((file) => !holders.test(relative(folder, file)));
    const holding = read.flatMap((file) => found(readFileSync(file)).map((what) => `${relative(folder, file)}: ${what}`));

    expect(read.some((file) => file.endsWith('.log'))).toBe(true);
    expect(found(readFileSync(join(folder, 'secrets.json')))).toContain('password of the admin');
    expect(holding).toEqual([]);
  });

  test('is in no figure', async () => {
    const { services } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Run;
    const texts = await Promise.all(
      Object.values(services).flatMap(({ adminUrl }) => ['/metrics', '/readyz'].map(async (path) => (await fetch(adminUrl + path)).text())),
    );

    expect(texts.join()).toContain('process_resident_memory_bytes');
    expect(found(texts.join())).toEqual([]);
  });

  test('is in no error', () => {
    expect(answers).toContain('Variable \\"$input\\" got invalid value at \\"input.password\\"');
    expect(answers).toContain('Variable \\"$input\\" got invalid value; ID cannot represent it.');
    expect(answers).toContain('InvalidToken');
    expect(found(answers)).toEqual([]);
  });

  test('is in files that no other user of the machine can read', () => {
    const isRoot = process.getuid?.() === 0;
    // PostgreSQL has an account of its own for its folder, where root runs the shop
    const outside = readdirSync(folder).filter((name) => name !== 'postgres');
    const open = outside.filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);

    expect(statSync(folder).mode & 0o777).toBe(isRoot ? 0o711 : 0o700);
    expect(open).toEqual([]);
  });
});
