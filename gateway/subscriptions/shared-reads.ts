/** Equal reads that have not started yet are joined into one. */
export type SharedReads = {
  /** Resolves to the result of `read`, or of an equal read that was requested and had not started. */
  read<T>(key: string, read: () => Promise<T>): Promise<T>;
};

/**
 * Runs at most `concurrency` reads at once. One that runs is never joined: it may have seen less than the newcomer has received of, and
 * the newcomer would then miss what lies between.
 */
export function createSharedReads(concurrency: number): SharedReads {
  const notBegun = new Map<string, Promise<unknown>>();
  const queue: (() => void)[] = [];
  let free = concurrency;

  async function turn(): Promise<void> {
    // all requests of one tick share the read
    await Promise.resolve();
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
  }

  function leave(): void {
    const next = queue.shift();
    if (next) next();
    else free += 1;
  }

  async function run<T>(key: string, read: () => Promise<T>): Promise<T> {
    await turn();
    notBegun.delete(key);
    try {
      return await read();
    } finally {
      leave();
    }
  }

  return {
    read<T>(key: string, read: () => Promise<T>): Promise<T> {
      const equal = notBegun.get(key) as Promise<T> | undefined;
      if (equal !== undefined) return equal;
      const mine = run(key, read);
      notBegun.set(key, mine);
      return mine;
    },
  };
}
