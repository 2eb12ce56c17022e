import { expect, test } from '@jest/globals';
import { environmentOf } from '../environment.ts';
import { missingFor } from '../missing-services.ts';
import { type ServiceName, serviceNames, services } from '../services.ts';

test('a whole shop lacks nothing', () => {
  expect(missingFor(serviceNames)).toEqual([]);
});

test('what is missing says what it is needed for', () => {
  expect(missingFor(['order', 'product'])).toEqual([
    'cart is not running: placeOrder will answer UNAVAILABLE',
    'payment is not running: orders wait for their payment until they are cancelled',
  ]);
});

test('every service whose address another one has is told to be missing', () => {
  const ports = Object.fromEntries(
    services.flatMap(({ name, port }) => [
      [name, port],
      [`${name}-admin`, port + 50],
    ]),
  );
  const account = { email: 'a@example.com', username: 'a', password: 'a' };
  const environments = environmentOf(
    {
      ports: ports as Parameters<typeof environmentOf>[0]['ports'],
      publicUrl: 'http://localhost:1',
      playgroundKey: 'key',
      postgresUrl: 'postgres://postgres:a@127.0.0.1:2/postgres',
      databasePrefix: 'marigold',
      kafkaBrokers: null,
      redisUrl: null,
      smtpUrl: 'smtp://127.0.0.1:3',
      logsFolder: '/data/logs/collected',
    },
    {
      internalTokenSecret: 'i'.repeat(32),
      accessTokenPrivateKey: '',
      mailKeys: '',
      databaseSecret: 'd',
      admin: account,
      customer: account,
    },
  );
  const calls = serviceNames.flatMap((caller) =>
    services
      .filter(({ name, port }) => name !== caller && new RegExp(`:${port}\\b|:${port + 50}\\b`).test(JSON.stringify(environments[caller])))
      .map(({ name }) => [caller, name] as const),
  );
  const isTold = ([caller, called]: readonly [ServiceName, ServiceName]) =>
    missingFor([caller]).some((sentence) => sentence.startsWith(`${called} is not`));

  expect(calls.length).toBeGreaterThan(10);
  expect(calls.filter((call) => !isTold(call))).toEqual([]);
});
