/** Work that is under way, by what it is; joining it costs nothing. */
export type SharedRequests<T> = {
  /** Begins `work`, or answers with the equal work that is under way. */
  share(key: string, work: () => Promise<T>): Promise<T>;
  /** From now on nobody joins what was begun before: called when something was changed. */
  renew(): void;
};

export function createSharedRequests<T>(): SharedRequests<T> {
  let underWay = new Map<string, Promise<T>>();
  return {
    share(key, work) {
      const running = underWay.get(key);
      if (running) return running;
      const mine = underWay;
      const promise = work().finally(() => mine.delete(key));
      mine.set(key, promise);
      return promise;
    },
    renew() {
      if (underWay.size > 0) underWay = new Map();
    },
  };
}
