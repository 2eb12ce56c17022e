import type { Figures } from './figures.ts';

const [width, height] = [640, 300];
const margin = { left: 56, right: 16, top: 34, bottom: 40 };
const [plotWidth, plotHeight] = [width - margin.left - margin.right, height - margin.top - margin.bottom];
const colors = [
  '#b4530a',
  '#1d6f5c',
  '#5b4b8a',
  '#8a8a2b',
  '#3b6ea5',
  '#a03c5a',
  '#6b6b6b',
  '#c98a1b',
  '#2f8f8f',
  '#7a4a2a',
  '#4f7a2f',
  '#8f5fa8',
];

type Line = { readonly name: string; readonly values: readonly number[] };

/** Readable on light and on dark pages: it brings its own paper. */
function svg(title: string, body: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="system-ui, sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fffdf8"/>
<text x="${margin.left}" y="18" font-weight="600" fill="#222">${title}</text>
${body.join('\n')}
</svg>
`;
}

/** The next number that reads well: 1, 2 or 5 times a power of ten. */
function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}

function axes(highest: number, labels: readonly string[]): string[] {
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = margin.top + plotHeight * (1 - share);
    return `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y}" y2="${y}" stroke="#ddd6c8"/><text x="${margin.left - 6}" y="${y + 4}" text-anchor="end" fill="#444">${highest * share}</text>`;
  });
  return [
    ...ticks,
    ...labels.map(
      (label, index) => `<text x="${xOf(index, labels.length)}" y="${height - 18}" text-anchor="middle" fill="#444">${label}</text>`,
    ),
  ];
}
const xOf = (index: number, count: number) => margin.left + (plotWidth * (index + 0.5)) / count;

function linesPlot(title: string, labels: readonly string[], lines: readonly Line[]): string {
  const highest = rounded(Math.max(...lines.flatMap(({ values }) => values)));
  const yOf = (value: number) => margin.top + plotHeight * (1 - value / highest);
  const drawn = lines.flatMap(({ name, values }, index) => {
    const color = colors[index % colors.length];
    const points = values.map((value, at) => `${xOf(at, values.length).toFixed(1)},${yOf(value).toFixed(1)}`);
    const dots = points.map((point) => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="3" fill="${color}"/>`);
    const key = `<text x="${width - margin.right - 60 * (lines.length - index)}" y="18" fill="${color}">${name}</text>`;
    return [
      `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`,
      ...dots,
      lines.length > 1 ? key : '',
    ];
  });
  return svg(title, [...axes(highest, labels), ...drawn]);
}

const labelsOf = (found: readonly Figures[]) => found.map(({ users }) => (users === 1 ? '1 customer' : `${users} customers`));

export const throughputPlot = (found: readonly Figures[]): string =>
  linesPlot('Paid orders a second', labelsOf(found), [{ name: 'paid', values: found.map(({ paidPerSecond }) => paidPerSecond) }]);

export const latencyPlot = (found: readonly Figures[]): string =>
  linesPlot(
    'Answered → PAID, ms',
    labelsOf(found),
    (['p50', 'p95', 'p99'] as const).map((share) => ({ name: share, values: found.map(({ paid }) => paid[share]) })),
  );

/** What an order costs each process, as one bar each. */
export function processorPlot(figures: Figures | undefined): string {
  const processes = (figures?.processes ?? []).slice(0, 12);
  const highest = rounded(Math.max(1, ...processes.map(({ ms }) => ms)));
  const step = plotHeight / Math.max(1, processes.length);
  const left = 190;
  const bars = processes.map(({ name, ms }, index) => {
    const y = margin.top + step * index;
    const length = ((width - left - 60) * ms) / highest;
    const middle = y + step / 2 + 4;
    return `<text x="${left - 8}" y="${middle}" text-anchor="end" fill="#444">${name}</text><rect x="${left}" y="${y + 2}" width="${length.toFixed(1)}" height="${(step - 4).toFixed(1)}" fill="${colors[0]}"/><text x="${left + length + 6}" y="${middle}" fill="#444">${ms.toFixed(1)}</text>`;
  });
  return svg(`CPU of an order by process, ms, ${figures?.name ?? ''}`, bars);
}
