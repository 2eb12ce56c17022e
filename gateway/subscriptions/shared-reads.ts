/**
 * Equal reads that have not started yet are joined into one. Runs at most `concurrency` reads at once. One that runs is never joined: it may have
 * seen less than the newcomer has received, and the newcomer would then miss what lies between.
 */
export class SharedReads {
  readonly #pending = new Map<string, Promise<unknown>>();
  readonly #queue: (() => void)[] = [];
  #free: number;

  constructor(concurrency: number) {
    this.#free = concurrency;
  }

  /** Resolves to the result of `read`, or of an equal read that was requested and had not started. */
  read<T>(key: string, read: () => Promise<T>): Promise<T> {
    const equal = this.#pending.get(key) as Promise<T> | undefined;
    if (equal !== undefined) return equal;
    const mine = this.#run(key, read);
    this.#pending.set(key, mine);
    return mine;
  }

  async #run<T>(key: string, read: () => Promise<T>): Promise<T> {
    await this.#turn();
    this.#pending.delete(key);
    try {
      return await read();
    } finally {
      this.#leave();
    }
  }

  async #turn(): Promise<void> {
    // all requests of one tick share the read
    await Promise.resolve();
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#free += 1;
  }
}
