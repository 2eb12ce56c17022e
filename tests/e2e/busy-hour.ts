import type { Page } from 'playwright-core';

type Values = readonly (number | null)[];
type Metric = { readonly name: string; readonly unit: string; readonly series: Readonly<Record<string, Values>> };
export type Hour = { readonly times: readonly string[]; readonly metrics: readonly Metric[] };

const samples = 360;

/** An hour of a shop with a burst of orders, in which two minutes are missing. The same numbers in each run. */
export function busyHour(): Hour {
  const end = Date.now();
  const times = Array.from({ length: samples }, (_, at) => new Date(end - (samples - 1 - at) * 10_000).toISOString());
  const drawn = (height: number, noise = 0.3): Values =>
    times.map((_, at) =>
      at >= 200 && at < 212 ? null : height * (1 + 3 * burst(at)) * (1 + noise * Math.sin(at * 1.7) * Math.cos(at / 9)),
    );
  const services = (heights: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(heights).map(([name, height]) => [name, drawn(height, 0.5)]));
  return {
    times,
    metrics: [
      { name: 'ORDERS', unit: 'PER_SECOND', series: { PAID: drawn(3.1), CANCELLED: drawn(0.2) } },
      { name: 'TIME_TO_PAID', unit: 'MILLISECONDS', series: { '0.5': drawn(48), '0.95': drawn(95), '0.99': drawn(180) } },
      { name: 'CONSUMER_LAG', unit: 'MESSAGES', series: services({ product: 2, cart: 4, order: 9, payment: 6, mail: 21 }) },
      {
        name: 'ERRORS',
        unit: 'PER_SECOND',
        series: {
          ...services({ gateway: 0.08, payment: 0.03 }),
          ...Object.fromEntries(['cart', 'mail', 'order', 'product'].map((name) => [name, times.map(() => 0)])),
        },
      },
      { name: 'EVENT_LOOP_DELAY', unit: 'MILLISECONDS', series: services({ gateway: 14, order: 17, cart: 12, mail: 11, user: 10.5 }) },
    ],
  };
}

const burst = (at: number) => Math.exp(-(((at - 270) / 18) ** 2));

/** Answers a page that asks for metrics with these, in place of the shop. */
export async function answerMetrics(page: Page, { times, metrics }: Hour): Promise<void> {
  const answer = {
    __typename: 'MetricSamples',
    times,
    metrics: metrics.map(({ series, ...metric }) => ({
      __typename: 'Metric',
      ...metric,
      series: Object.entries(series).map(([value, values]) => ({
        __typename: 'TimeSeries',
        label: { __typename: 'MetricLabel', name: 'service', value },
        values,
      })),
    })),
  };
  await page.route('**/graphql', (route) =>
    (route.request().postData() ?? '').includes('"Metrics"') ? route.fulfill({ json: { data: { metrics: answer } } }) : route.fallback(),
  );
}
