/** Calls that end when they are answered, when they take too long, or when all of them are given up. */
export function createTimedCalls(timeoutMs: number) {
  const underWay = new Set<AbortController>();
  return {
    /** Rejects after the time-out even when `ask` does not heed its signal. */
    async make<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
      const controller = new AbortController();
      const { signal } = controller;
      const timer = setTimeout(() => controller.abort(new Error(`There was no answer within ${timeoutMs} ms.`)), timeoutMs);
      underWay.add(controller);
      try {
        const givenUp = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
        return await Promise.race([ask(signal), givenUp]);
      } finally {
        clearTimeout(timer);
        underWay.delete(controller);
      }
    },

    giveUp(): void {
      for (const controller of underWay) controller.abort(new Error('It was given up because the process stops.'));
    },
  };
}
