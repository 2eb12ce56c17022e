import color from 'picocolors';
import type { Measurements } from './measurements.ts';

const everyMs = 1000;
const linesEveryMs = 5000;

/** Says once a second how the load goes: in one line that is written anew on a terminal, and a line each five seconds elsewhere. */
export class Progress {
  readonly #measurements: Measurements;
  readonly #isTerminal = process.stderr.isTTY === true;
  #timer: NodeJS.Timeout | null = null;
  #visitsBefore = 0;

  constructor(measurements: Measurements) {
    this.#measurements = measurements;
  }

  /** A sentence of its own. */
  say(sentence: string): void {
    process.stderr.write(this.#isTerminal ? `\r\u001b[K${color.dim(sentence)}` : `${sentence}\n`);
  }

  watch(seconds: number): void {
    const begun = performance.now();
    const period = this.#isTerminal ? everyMs : linesEveryMs;
    this.#timer = setInterval(() => {
      const { visits, errors } = this.#measurements.tally;
      const { count, p50, p99 } = this.#measurements.recentlyPaid();
      const perSecond = (value: number) => ((value * 1000) / period).toFixed(1);
      const failed = Object.values(errors).reduce((sum, each) => sum + each, 0);
      const passed = ((performance.now() - begun) / 1000).toFixed(0);
      const latency = count === 0 ? '' : `, answered → PAID p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
      this.say(
        `${passed} of ${seconds} s: ${perSecond(count)} paid a second, ${perSecond(visits - this.#visitsBefore)} visits a second${latency}, ${failed} failed`,
      );
      this.#visitsBefore = visits;
    }, period);
  }

  end(): void {
    if (this.#timer) clearInterval(this.#timer);
    if (this.#isTerminal) process.stderr.write('\r\u001b[K');
  }
}
