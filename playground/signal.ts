/** A value that can be watched. */
export type Signal<T> = {
  get(): T;
  set(next: T): void;
  /** Calls after each change; returns how to stop. */
  watch(listener: () => void): () => void;
};

export function createSignal<T>(first: T): Signal<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
