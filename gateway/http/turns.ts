/** How many requests of one address begin in one turn of the event loop. */
const atOnce = 4;

/**
 * Begins what one address asks for at the same moment a few in each turn of the event loop, in the order in which it came: a thousand connections that all
 * send a request take a second of work, and others have their turns in between.
 */
export class Turns {
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #begun = new Map<string, number>();

  begin(address: string, work: () => void): void {
    const waiting = this.#waiting.get(address);
    const begun = this.#begun.get(address) ?? 0;
    if (waiting !== undefined || begun >= atOnce) {
      if (waiting === undefined) this.#waiting.set(address, [work]);
      else waiting.push(work);
      return;
    }
    if (begun === 0) setImmediate(() => this.#next(address));
    this.#begun.set(address, begun + 1);
    work();
  }

  #next(address: string): void {
    const waiting = this.#waiting.get(address);
    this.#begun.delete(address);
    if (waiting === undefined) return;
    const now = waiting.splice(0, atOnce);
    if (waiting.length === 0) this.#waiting.delete(address);
    this.#begun.set(address, now.length);
    setImmediate(() => this.#next(address));
    for (const work of now) work();
  }
}
