/** Work that is under way, by what it is; joining it costs nothing. */
export type SharedRequests<T> = {
  /**
   * Begins `work`, or answers with the equal work that is under way. A caller that leaves, by `leaving`, gets a rejection with its reason; when all
   * have left, the work is aborted by its own signal, and no caller joins it any more.
   */
  share(key: string, work: (ended: AbortSignal) => Promise<T>, leaving?: AbortSignal): Promise<T>;
  /** No later caller joins requests already in flight: called after a mutation. */
  renew(): void;
};

type Running<T> = { readonly promise: Promise<T>; readonly ended: AbortController; waiting: number };

export function createSharedRequests<T>(): SharedRequests<T> {
  let underWay = new Map<string, Running<T>>();

  function begin(key: string, work: (ended: AbortSignal) => Promise<T>): Running<T> {
    const mine = underWay;
    const ended = new AbortController();
    const running: Running<T> = { promise: work(ended.signal).finally(forget), ended, waiting: 0 };
    mine.set(key, running);
    ended.signal.addEventListener('abort', forget);
    return running;

    function forget(): void {
      if (mine.get(key) === running) mine.delete(key);
    }
  }

  return {
    async share(key, work, leaving) {
      leaving?.throwIfAborted();
      const running = underWay.get(key) ?? begin(key, work);
      running.waiting += 1;
      if (leaving === undefined) return running.promise;
      return orLeave(running, leaving);
    },
    renew() {
      if (underWay.size > 0) underWay = new Map();
    },
  };
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
