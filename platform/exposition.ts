/** One sample of a `/metrics` page. */
export type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };

const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\"n])*)"(?:,|$)/y;
const escaped: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };
const words: Readonly<Record<string, number>> = { NaN: Number.NaN, '+Inf': Number.POSITIVE_INFINITY, '-Inf': Number.NEGATIVE_INFINITY };

/**
 * The samples of a `/metrics` page, those with these names where `names` are given, in the text format of Prometheus
 * (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4). Times that stand beside values are left out.
 *
 * @throws Error when one of the lines that are read is not of that format: a page that was cut off must not pass for a shorter one
 */
export function readExposition(text: string, names?: ReadonlySet<string>): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    // of a long page few lines are wanted: the others cost no more than the search for the end of their names
    if (names === undefined || names.has(line.slice(0, line.search(/[{ ]/)))) samples.push(readSample(line));
  }
  return samples;
}

function readSample(line: string): Sample {
  const [, name, labels = '', text = ''] = sample.exec(line) ?? [];
  const value = words[text] ?? Number(text);
  if (name === undefined || (Number.isNaN(value) && text !== 'NaN')) throw new Error(`not a sample of a metric: ${line.slice(0, 100)}`);
  return { name, labels: labels === '' ? {} : readLabels(labels), value };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let at = 0; at < text.length; at = label.lastIndex) {
    label.lastIndex = at;
    const [, name, value] = label.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`not the labels of a metric: ${text.slice(0, 100)}`);
    labels[name] = value.includes('\\') ? value.replaceAll(/\\[\\"n]/g, (pair) => escaped[pair] ?? pair) : value;
  }
  return labels;
}
