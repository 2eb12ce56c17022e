import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from '@jest/globals';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { guest, type Identity, signInternalToken } from '#platform/auth.ts';
import { loadConfig } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { operationsConfig, startOperations } from '../app.ts';
import { MetricScraper } from '../metric-scraper.ts';

const logger = createLogger('test', 'silent');
const secret = 'a secret of the tests of operations';
const admin: Identity = { kind: 'user', userId: newId(), role: 'ADMIN' };
const customer: Identity = { kind: 'user', userId: newId(), role: 'CUSTOMER' };
const stops: (() => unknown)[] = [];

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** A component that says at `/metrics` what `page` answers; with null it accepts the request and never answers. */
async function component(page: () => string | null): Promise<string> {
  const server = createServer((_, response) => {
    const text = page();
    if (text !== null) response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const delay = (seconds: number) => `process_start_time_seconds 1795341600\nnodejs_eventloop_lag_p99_seconds ${seconds}\n`;

test('the samples of the last hour are an admin’s, in the graph, from the first on', async () => {
  const [order, eventLog] = [await component(() => delay(0.0123456)), createInProcessLog()];
  const env = { PORT: '0', ADMIN_PORT: '0', INTERNAL_TOKEN_SECRET: secret, COMPONENTS: `order=${order},cart=http://127.0.0.1:9` };
  const operations = await startOperations(loadConfig(operationsConfig, env), { eventLog, logger });
  stops.push(() => eventLog.close(), operations.stop);
  const ask = async (identity: Identity) => {
    const response = await fetch(operations.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(identity, secret)}` },
      body: JSON.stringify({ query: '{ metrics { times metrics { name unit series { label { name value } values } } } }' }),
    });
    const { data } = (await response.json()) as {
      data: { metrics: { times: string[]; metrics: { name: string; series: unknown[] }[] } | null };
    };
    return data.metrics;
  };
  const samples = await waitFor('a sample', async () => {
    const found = await ask(admin);
    return found?.times.length === 1 ? found : undefined;
  });

  expect(samples.metrics.map(({ name }) => name)).toEqual(['ORDERS', 'TIME_TO_PAID', 'CONSUMER_LAG', 'ERRORS', 'EVENT_LOOP_DELAY']);
  expect(samples.metrics.at(-1)).toEqual({
    name: 'EVENT_LOOP_DELAY',
    unit: 'MILLISECONDS',
    series: [{ label: { name: 'service', value: 'order' }, values: [12.35] }],
  });
  for (const identity of [customer, guest]) expect(await ask(identity)).toBeNull();
});

test('a component that is away, slow, or says nonsense leaves a gap, and holds up no other', async () => {
  const pages: Record<string, (string | null)[]> = {
    order: [delay(0.01), delay(0.02), delay(0.03)],
    cart: [delay(0.04), '<html>\nnodejs_eventloop_lag_p99_seconds', delay(0.05)],
    mail: [delay(0.06), null, delay(0.07)],
  };
  const urls = await Promise.all(Object.values(pages).map((answers) => component(() => answers.shift() ?? null)));
  const components = Object.keys(pages).map((name, at) => ({ name, url: urls[at] ?? '' }));
  const scraper = new MetricScraper({ components, logger });
  for (let scrape = 0; scrape < 3; scrape += 1) await scraper.scrape();

  const { times, metrics } = scraper.samples();
  const delays = metrics.find(({ name }) => name === 'EVENT_LOOP_DELAY')?.series.map(({ label, values }) => [label.value, values]);
  expect(times).toHaveLength(3);
  expect(delays).toEqual([
    ['order', [10, 20, 30]],
    ['cart', [40, null, 50]],
    ['mail', [60, null, 70]],
  ]);
});
