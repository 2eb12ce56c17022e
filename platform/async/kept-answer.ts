/** An answer that is asked for again after `keptMs` at the earliest, however often it is read. */
export class KeptAnswer<T> {
  readonly #keptMs: number;
  readonly #ask: () => Promise<T>;
  #last: { readonly at: number; readonly answer: Promise<T | null> } | null = null;
  #known: T | null = null;

  constructor(keptMs: number, ask: () => Promise<T>) {
    this.#keptMs = keptMs;
    this.#ask = ask;
  }

  /** The last one while it cannot be had, null at first. */
  read(): Promise<T | null> {
    const before = this.#last?.answer ?? Promise.resolve(null);
    if (this.#last === null || performance.now() - this.#last.at >= this.#keptMs)
      this.#last = { at: performance.now(), answer: this.#ask().catch(() => before) };
    return this.#last.answer;
  }

  /** The same without waiting: the answer of before while another one is asked for. For what takes too long for somebody who waits. */
  latest(): T | null {
    void this.read().then((answer) => {
      this.#known = answer;
    });
    return this.#known;
  }
}
