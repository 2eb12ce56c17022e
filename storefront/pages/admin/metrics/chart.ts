import type { MetricsQuery } from '../../../../schema/operations/admin.types.ts';

export type Samples = NonNullable<MetricsQuery['metrics']>;
export type Metric = Samples['metrics'][number];
export type Series = Metric['series'][number];

/** What a series comes to: its last value, null when it is unknown now, and its average and highest of the hour. */
export type Summary = { readonly now: number | null; readonly average: number; readonly highest: number };

/** The drawing of a metric in a box of `width` by `height`. */
export type Chart = {
  /** Where the value axis ends; it begins at zero. */
  readonly top: number;
  readonly fromMs: number;
  readonly untilMs: number;
  /** The paths of the series, in their order. */
  readonly paths: readonly string[];
};

export const box = { width: 600, height: 120 };
const hourMs = 3_600_000;
/** Samples come every ten seconds: between two that are farther apart nobody measured, and no line is drawn. */
const longestStepMs = 25_000;

/** Draws the series over the hour before the last sample. Unknown values are gaps; a value between two gaps is a dot. */
export function chartOf(times: readonly string[], series: readonly Series[], smallestTop: number): Chart {
  const moments = times.map((time) => Date.parse(time));
  const untilMs = moments.at(-1) ?? 0;
  const fromMs = untilMs - hourMs;
  const top = roundTop(Math.max(smallestTop, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const x = (ms: number) => round(((ms - fromMs) / hourMs) * box.width);
  const y = (value: number) => round(box.height - (value / top) * box.height);
  const paths = series.map(({ values }) => {
    let path = '';
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const [at, ms] of moments.entries()) {
      const value = values[at] ?? null;
      if (value === null || ms < fromMs) continue;
      const goesOn = ms - lastMs <= longestStepMs && (values[at - 1] ?? null) !== null;
      // a line of no length is drawn as a dot
      path += goesOn ? `L${x(ms)} ${y(value)}` : `M${x(ms)} ${y(value)}h0`;
      lastMs = ms;
    }
    return path;
  });
  return { top, fromMs, untilMs, paths };
}

/** The next of 1, 2 and 5 with zeros: half of it is written at the axis, too. */
function roundTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((one) => one * power >= value * 0.999_999) ?? 10;
  return step * power;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** A series has at least one value that is known. */
export function summaryOf({ values }: Series): Summary {
  const known = values.filter((value) => value !== null);
  return {
    now: values.at(-1) ?? null,
    average: known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length),
    highest: Math.max(0, ...known),
  };
}

/** As many series as a chart can show, those with the highest values; in their own order. */
export function highestOf(series: readonly Series[], most: number): readonly Series[] {
  const ranked = series.toSorted((one, other) => summaryOf(other).highest - summaryOf(one).highest);
  const shown = new Set(ranked.slice(0, most));
  return series.filter((one) => shown.has(one));
}
