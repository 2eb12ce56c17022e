/** One series of a `/metrics` page. */
export type Series = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** What a `/metrics` page says, in the text format of Prometheus. */
export function readExposition(text: string): Series[] {
  return text.split('\n').flatMap((row) => {
    const [, name, labels = '', value] = line.exec(row) ?? [];
    if (name === undefined) return [];
    return [{ name, labels: Object.fromEntries([...labels.matchAll(label)].map(([, key, text]) => [key, text])), value: Number(value) }];
  });
}

/** The sum of all series of this name that have these labels. */
export function sumOf(series: readonly Series[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  const isMeant = (one: Series) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value);
  return series.filter(isMeant).reduce((sum, { value }) => sum + value, 0);
}
