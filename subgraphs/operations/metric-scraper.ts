import { reasonOf } from '#platform/async/retry.ts';
import { startSweep } from '#platform/async/sweep.ts';
import type { Logger } from '#platform/logger.ts';
import { type ComponentAddress, fetchText } from './components.ts';
import { type Figures, readFigures } from './figures.ts';
import { MetricHistory } from './metric-history.ts';
import { type MetricSamples, type SeriesKey, sampleOf, samplesIn, seriesOf } from './metric-series.ts';

const everyMs = 10_000;
/** A busy component is given longer than one that an admin waits for: a gap where the load is highest would hide what is looked for. */
const answersWithinMs = 3000;

export type MetricScraperOptions = { readonly components: readonly ComponentAddress[]; readonly logger: Logger };

/** Asks every component for its `/metrics` each ten seconds, and keeps what the charts of the last hour need. */
export class MetricScraper {
  readonly #options: MetricScraperOptions;
  readonly #names: readonly string[];
  readonly #history: MetricHistory<SeriesKey>;
  readonly #latest = new Map<string, Figures>();
  readonly #unreadable = new Set<string>();

  constructor(options: MetricScraperOptions) {
    this.#options = options;
    this.#names = options.components.map(({ name }) => name);
    this.#history = new MetricHistory(seriesOf(this.#names));
  }

  /** Memory for the samples. */
  get bytes(): number {
    return this.#history.bytes;
  }

  samples(): MetricSamples {
    return samplesIn(this.#history, this.#names);
  }

  /** Begins to scrape, at once and then again and again. */
  start(): { stop(): Promise<void> } {
    const first = this.scrape();
    const { logger } = this.#options;
    const later = startSweep({ everyMs, sweep: () => this.scrape(), what: 'metrics of the components', logger });
    return {
      async stop() {
        await Promise.all([first, later.stop()]);
      },
    };
  }

  /** Takes one sample. Never rejects: of a component that does not answer nothing is known at this time. */
  async scrape(): Promise<void> {
    const atMs = Date.now();
    const answers = await Promise.all(this.#options.components.map(async (one) => [one.name, await this.#figuresOf(one)] as const));
    const now = new Map(answers.flatMap(([name, figures]) => (figures === null ? [] : [[name, figures] as const])));
    this.#history.add(atMs, sampleOf(this.#names, now, this.#latest));
    for (const [name, figures] of now) this.#latest.set(name, figures);
  }

  async #figuresOf({ name, url }: ComponentAddress): Promise<Figures | null> {
    const answer = await fetchText(`${url}/metrics`, answersWithinMs).catch(() => null);
    if (answer?.status !== 200) return null;
    try {
      const figures = readFigures(answer.text, Date.now());
      this.#unreadable.delete(name);
      return figures;
    } catch (error) {
      if (!this.#unreadable.has(name)) this.#options.logger.warn({ component: name, reason: reasonOf(error) }, 'metrics cannot be read');
      this.#unreadable.add(name);
      return null;
    }
  }
}
