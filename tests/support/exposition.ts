import type { Sample } from '#platform/exposition.ts';

/** The sum of all samples of this name that have these labels. */
export function sumOf(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  const isMeant = (one: Sample) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value);
  return samples.filter(isMeant).reduce((sum, { value }) => sum + value, 0);
}
