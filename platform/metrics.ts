import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Seconds, for what takes from a millisecond to some seconds. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The values of a label, at most so many: those that come later are `other`, since each value is kept for good. */
export class BoundedLabel {
  readonly #known = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  of(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#most) return 'other';
    this.#known.add(value);
    return value;
  }
}

/** Seconds that went by since a moment of `performance.now()`. */
export const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000;

/** A gauge of several labelled values that are read together. What is not there any more is not shown; nothing is while they cannot be read. */
export function rowsGauge<Label extends string>(
  registry: Registry,
  about: { readonly name: string; readonly help: string; readonly labelNames: readonly Label[] },
  read: () => Promise<readonly (readonly [Readonly<Record<Label, string>>, number])[] | null>,
): void {
  new Gauge<Label>({
    ...about,
    labelNames: [...about.labelNames],
    registers: [registry],
    async collect() {
      const rows = await read();
      this.reset();
      for (const [labels, value] of rows ?? []) this.set(labels as Partial<Record<Label, string>>, value);
    },
  });
}

/** Process metrics of a service for Prometheus, in its own registry so that several services can share a process. */
export function createServiceRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
