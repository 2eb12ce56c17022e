import { consumerGroupOf } from '#kafka/consumer-groups.ts';
import type { Figures } from './figures.ts';
import type { MetricHistory } from './metric-history.ts';
import { type Increase, increaseBetween, quantileOf } from './rates.ts';

export type MetricName = 'ORDERS' | 'TIME_TO_PAID' | 'CONSUMER_LAG' | 'ERRORS' | 'EVENT_LOOP_DELAY';
export type MetricUnit = 'PER_SECOND' | 'MILLISECONDS' | 'MESSAGES';
export type MetricLabel = { readonly name: string; readonly value: string };
export type TimeSeries = { readonly label: MetricLabel; readonly values: readonly (number | null)[] };
export type Metric = { readonly name: MetricName; readonly unit: MetricUnit; readonly series: readonly TimeSeries[] };
/** The values of each series stand at these times. */
export type MetricSamples = { readonly times: readonly Date[]; readonly metrics: readonly Metric[] };

/** A series by its metric and the value of its label. */
export type SeriesKey = `${MetricName}/${string}`;
export type SeriesHistory = MetricHistory<SeriesKey>;

const metrics: readonly { readonly name: MetricName; readonly unit: MetricUnit; readonly label: string }[] = [
  { name: 'ORDERS', unit: 'PER_SECOND', label: 'outcome' },
  { name: 'TIME_TO_PAID', unit: 'MILLISECONDS', label: 'quantile' },
  { name: 'CONSUMER_LAG', unit: 'MESSAGES', label: 'service' },
  { name: 'ERRORS', unit: 'PER_SECOND', label: 'service' },
  { name: 'EVENT_LOOP_DELAY', unit: 'MILLISECONDS', label: 'service' },
];
const outcomes = ['PAID', 'CANCELLED'];
const quantiles = ['0.5', '0.95', '0.99'];

/** Every series that there can be, so that their number is known when the first sample is taken. */
export function seriesOf(components: readonly string[]): SeriesKey[] {
  const values: Readonly<Record<MetricName, readonly string[]>> = {
    ORDERS: outcomes,
    TIME_TO_PAID: quantiles,
    CONSUMER_LAG: components,
    ERRORS: components,
    EVENT_LOOP_DELAY: components,
  };
  return metrics.flatMap(({ name }) => values[name].map((value): SeriesKey => `${name}/${value}`));
}

type ByName = ReadonlyMap<string, Figures>;
type Entry = readonly [SeriesKey, number];

/** A value of each series that is known, from what the components that answered say now, and what each said when it answered before. */
export function sampleOf(components: readonly string[], now: ByName, before: ByName): Map<SeriesKey, number> {
  const services = new Map(components.map((name) => [consumerGroupOf(name), name]));
  return new Map(
    [...now].flatMap(([component, figures]) => {
      const increase = increaseBetween(before.get(component), figures);
      return [...momentary(component, figures, services), ...(increase ? counted(component, increase) : [])];
    }),
  );
}

function momentary(component: string, { eventLoopDelaySeconds, lag }: Figures, services: ReadonlyMap<string, string>): Entry[] {
  const lags = [...(lag ?? [])].map(([consumer, messages]): Entry => [`CONSUMER_LAG/${services.get(consumer) ?? consumer}`, messages]);
  return eventLoopDelaySeconds === null ? lags : [[`EVENT_LOOP_DELAY/${component}`, eventLoopDelaySeconds * 1000], ...lags];
}

function counted(component: string, { seconds, errors, orders, paidWithin }: Increase): Entry[] {
  const failed: Entry = [`ERRORS/${component}`, errors / seconds];
  if (orders === null) return [failed];
  const rates = outcomes.map((outcome): Entry => [`ORDERS/${outcome}`, (orders.get(outcome) ?? 0) / seconds]);
  const times = quantiles.flatMap((quantile): Entry[] => {
    const within = quantileOf(Number(quantile), paidWithin);
    return within === null ? [] : [[`TIME_TO_PAID/${quantile}`, within * 1000]];
  });
  return [failed, ...rates, ...times];
}

/** All that is known, by metric; a series without a single value is left out. */
export function samplesIn(history: SeriesHistory, components: readonly string[]): MetricSamples {
  const keys = seriesOf(components);
  return {
    times: history.times(),
    metrics: metrics.map(({ name, unit, label }) => ({
      name,
      unit,
      series: keys
        .filter((key) => key.startsWith(`${name}/`))
        .flatMap((key) => {
          const values = history.valuesOf(key)?.map(rounded);
          return values ? [{ label: { name: label, value: key.slice(name.length + 1) }, values }] : [];
        }),
    })),
  };
}

/** To four significant digits: no chart shows more. */
const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(4)));
