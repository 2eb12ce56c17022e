import { describe, expect, test } from '@jest/globals';
import { readFigures } from '../figures.ts';
import { MetricHistory } from '../metric-history.ts';
import { sampleOf, samplesIn, seriesOf } from '../metric-series.ts';
import { quantileOf } from '../rates.ts';

const components = ['order', 'gateway', 'mail', 'operations'];
const begin = Date.parse('2026-11-28T10:00:00.000Z');
const at = (seconds: number) => begin + seconds * 1000;

/** What order says: `paid` orders were paid within 0.1 s each, `slow` ones within a second. */
const orderPage = ({ paid = 0, slow = 0, cancelled = 0, startedAt = 0 }) => `# TYPE process_start_time_seconds gauge
process_start_time_seconds{service="order"} ${begin / 1000 + startedAt}
marigold_order_settled_seconds_bucket{le="0.05",outcome="PAID",service="order"} 0
marigold_order_settled_seconds_bucket{le="0.1",outcome="PAID",service="order"} ${paid}
marigold_order_settled_seconds_bucket{le="1",outcome="PAID",service="order"} ${paid + slow}
marigold_order_settled_seconds_bucket{le="+Inf",outcome="PAID",service="order"} ${paid + slow}
marigold_order_settled_seconds_count{outcome="PAID",service="order"} ${paid + slow}
marigold_order_settled_seconds_bucket{le="+Inf",outcome="CANCELLED",service="order"} ${cancelled}
marigold_order_settled_seconds_count{outcome="CANCELLED",service="order"} ${cancelled}
marigold_order_settled_seconds_sum{outcome="PAID",service="order"} 12.5
`;
const pageOf = (startedAt: number, lines = '') => `process_start_time_seconds ${begin / 1000 + startedAt}\n${lines}`;

/** The samples that follow from the pages of each scrape, ten seconds apart; a component without a page does not answer. */
function samplesOf(scrapes: readonly Readonly<Record<string, string>>[]) {
  const history = new MetricHistory(seriesOf(components));
  const latest = new Map<string, ReturnType<typeof readFigures>>();
  for (const [index, pages] of scrapes.entries()) {
    const now = new Map(Object.entries(pages).map(([name, page]) => [name, readFigures(page, at(10 * index))]));
    history.add(at(10 * index), sampleOf(components, now, latest));
    for (const [name, figures] of now) latest.set(name, figures);
  }
  const { metrics } = samplesIn(history, components);
  return Object.fromEntries(
    metrics.map(({ name, series }) => [name, Object.fromEntries(series.map(({ label, values }) => [label.value, values]))]),
  );
}

describe('orders', () => {
  test('are counted by second and outcome, between one sample and the next', () => {
    const scrapes = [
      { order: orderPage({ paid: 100 }) },
      { order: orderPage({ paid: 125, cancelled: 1 }) },
      { order: orderPage({ paid: 125, cancelled: 1 }) },
    ];

    expect(samplesOf(scrapes)['ORDERS']).toEqual({ PAID: [null, 2.5, 0], CANCELLED: [null, 0.1, 0] });
  });

  test('have a time to paid that says how long those took that were paid meanwhile; none when none was', () => {
    const scrapes = [
      { order: orderPage({ slow: 50 }) },
      { order: orderPage({ slow: 50, paid: 10 }) },
      { order: orderPage({ slow: 50, paid: 10 }) },
    ];

    expect(samplesOf(scrapes)['TIME_TO_PAID']).toEqual({ 0.5: [null, 75, null], 0.95: [null, 97.5, null], 0.99: [null, 99.5, null] });
  });

  test('that were counted before a restart are not counted again, and none is negative', () => {
    const scrapes = [
      { order: orderPage({ paid: 100 }) },
      { order: orderPage({ paid: 5, startedAt: 4 }) },
      { order: orderPage({ paid: 15, startedAt: 4 }) },
    ];

    expect(samplesOf(scrapes)['ORDERS']?.['PAID']).toEqual([null, 0.5, 1]);
  });

  test('are unknown where another copy answers at the address: what it counted was not counted in between', () => {
    const scrapes = [{ order: orderPage({ paid: 100, startedAt: -50 }) }, { order: orderPage({ paid: 900, startedAt: -60 }) }];

    expect(samplesOf(scrapes)['ORDERS']).toEqual({});
  });

  test('leave a gap and no zero while their component is away, and the average of the gap after it', () => {
    const scrapes = [{ order: orderPage({ paid: 0 }) }, {}, { order: orderPage({ paid: 40 }) }];

    expect(samplesOf(scrapes)['ORDERS']?.['PAID']).toEqual([null, null, 2]);
  });
});

test('errors are those of the gateway and of root fields; a component that has none yet has zero', () => {
  const operations = (failed: number) =>
    pageOf(
      0,
      `marigold_gateway_operation_seconds_count{name="Vitals",outcome="errors"} ${failed}
marigold_gateway_operation_seconds_count{name="Cart",outcome="errors"} 1
marigold_gateway_operation_seconds_count{name="Cart",outcome="data"} 900
`,
    );
  const failing = 'marigold_subgraph_field_seconds_count{field="Query.order",outcome="failed",service="order"} 5\n';
  const scrapes = [
    { gateway: operations(1), order: pageOf(0), mail: pageOf(0) },
    { gateway: operations(3), order: pageOf(0, failing), mail: pageOf(0) },
  ];

  expect(samplesOf(scrapes)['ERRORS']).toEqual({ gateway: [null, 0.2], order: [null, 0.5], mail: [null, 0] });
});

test('lag is that of a service in all topics, under its name; the delay of the event loop is in milliseconds', () => {
  const lines = `marigold_consumer_lag_messages{consumer="mailer",topic="checkout",service="operations"} 3
marigold_consumer_lag_messages{consumer="mailer",topic="accounts",service="operations"} 4
marigold_consumer_lag_messages{consumer="order",topic="checkout",service="operations"} 0
nodejs_eventloop_lag_p99_seconds{service="operations"} 0.0125
`;
  const samples = samplesOf([{ operations: pageOf(0, lines) }, { operations: pageOf(0, 'nodejs_eventloop_lag_p99_seconds NaN\n') }]);

  expect(samples['CONSUMER_LAG']).toEqual({ mail: [7, null], order: [0, null] });
  expect(samples['EVENT_LOOP_DELAY']).toEqual({ operations: [12.5, null] });
});

describe('a quantile of a histogram', () => {
  test.each([
    ['lies within its bucket', 0.5, { 0.1: 0, 0.25: 10, 0.5: 10 }, 0.175],
    ['is the last bound when it lies beyond', 0.99, { 1: 1, 5: 2, Infinity: 100 }, 5],
    ['passes over empty buckets', 0.9, { 1: 10, 2: 10, 3: 20 }, 2.8],
  ])('%s', (_, quantile, within, value) => {
    const buckets = new Map(Object.entries(within).map(([bound, count]) => [Number(bound), count]));

    expect(quantileOf(quantile, buckets)).toBeCloseTo(value, 10);
  });

  test('of nothing is none', () => {
    expect(quantileOf(0.5, new Map([[1, 0]]))).toBeNull();
    expect(quantileOf(0.5, new Map())).toBeNull();
  });
});
