type Running<T> = { readonly promise: Promise<T>; readonly ended: AbortController; waiting: number };

/** Work that is under way, by what it is; joining it costs nothing. */
export class SharedRequests<T> {
  readonly #underWay = new Map<string, Running<T>>();

  get size(): number {
    return this.#underWay.size;
  }

  /**
   * Begins `work`, or answers with the equal work that is under way. A caller that leaves, by `leaving`, gets a rejection with its reason; when all
   * have left, the work is aborted by its own signal, and no caller joins it any more.
   */
  async share(key: string, work: (ended: AbortSignal) => Promise<T>, leaving?: AbortSignal): Promise<T> {
    leaving?.throwIfAborted();
    const running = this.#underWay.get(key) ?? this.#begin(key, work);
    running.waiting += 1;
    if (leaving === undefined) return running.promise;
    return orLeave(running, leaving);
  }

  /** No later caller joins requests already in flight: called after a mutation. */
  renew(): void {
    this.#underWay.clear();
  }

  #begin(key: string, work: (ended: AbortSignal) => Promise<T>): Running<T> {
    const ended = new AbortController();
    const forget = () => {
      if (this.#underWay.get(key) === running) this.#underWay.delete(key);
    };
    const running: Running<T> = { promise: work(ended.signal).finally(forget), ended, waiting: 0 };
    this.#underWay.set(key, running);
    ended.signal.addEventListener('abort', forget);
    return running;
  }
}

function orLeave<T>(running: Running<T>, leaving: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(leaving.reason);
      running.waiting -= 1;
      if (running.waiting === 0) running.ended.abort(leaving.reason);
    };
    leaving.addEventListener('abort', leave, { once: true });
    running.promise.then(resolve, reject).finally(() => leaving.removeEventListener('abort', leave));
  });
}
