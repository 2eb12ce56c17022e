export type Subscriber<Update> = {
  /** Must not throw. */
  receive(received: Update): void;
  /** The log lost its place and found another: something may have been missed. Must not throw. */
  loseTrack(): void;
};

/** Routes updates to subscribers by key; an update without subscribers costs one map lookup. */
export type SubscriberRegistry<Update> = {
  /** Sends the subscriber every update of these keys until the returned function is called. */
  attach(keys: readonly string[], subscriber: Subscriber<Update>): () => void;
  push(keys: readonly string[], received: Update): void;
  loseTrack(): void;
  /** How many listeners there are. */
  size(): number;
};

export function createSubscriberRegistry<Update>(): SubscriberRegistry<Update> {
  const byKey = new Map<string, Set<Subscriber<Update>>>();
  const all = new Set<Subscriber<Update>>();

  function detach(keys: readonly string[], subscriber: Subscriber<Update>): void {
    all.delete(subscriber);
    for (const key of keys) {
      const listeners = byKey.get(key);
      listeners?.delete(subscriber);
      if (listeners?.size === 0) byKey.delete(key);
    }
  }

  return {
    attach(keys, subscriber) {
      all.add(subscriber);
      for (const key of keys) {
        const listeners = byKey.get(key) ?? new Set();
        byKey.set(key, listeners.add(subscriber));
      }
      return () => detach(keys, subscriber);
    },
    push(keys, received) {
      for (const key of keys) for (const subscriber of byKey.get(key) ?? []) subscriber.receive(received);
    },
    loseTrack() {
      for (const subscriber of [...all]) subscriber.loseTrack();
    },
    size: () => all.size,
  };
}
