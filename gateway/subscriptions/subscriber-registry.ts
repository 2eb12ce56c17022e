export type Listener<Heard> = {
  /** Must not throw. */
  hear(heard: Heard): void;
  /** The log lost its place and found another: something may have been missed. Must not throw. */
  loseTrack(): void;
};

/** Connects what is heard with those who asked for it, by key; what nobody asked for costs one look into a map. */
export type Switchboard<Heard> = {
  /** Tells the listener whatever concerns one of the keys until the function it answers is called. */
  attach(keys: readonly string[], listener: Listener<Heard>): () => void;
  tell(keys: readonly string[], heard: Heard): void;
  loseTrack(): void;
  /** How many listeners there are. */
  size(): number;
};

export function createSwitchboard<Heard>(): Switchboard<Heard> {
  const byKey = new Map<string, Set<Listener<Heard>>>();
  const all = new Set<Listener<Heard>>();

  function detach(keys: readonly string[], listener: Listener<Heard>): void {
    all.delete(listener);
    for (const key of keys) {
      const listeners = byKey.get(key);
      listeners?.delete(listener);
      if (listeners?.size === 0) byKey.delete(key);
    }
  }

  return {
    attach(keys, listener) {
      all.add(listener);
      for (const key of keys) {
        const listeners = byKey.get(key) ?? new Set();
        byKey.set(key, listeners.add(listener));
      }
      return () => detach(keys, listener);
    },
    tell(keys, heard) {
      for (const key of keys) for (const listener of byKey.get(key) ?? []) listener.hear(heard);
    },
    loseTrack() {
      for (const listener of [...all]) listener.loseTrack();
    },
    size: () => all.size,
  };
}
