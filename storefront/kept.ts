/** A text of localStorage that pages can follow; null when there is none, and while the browser keeps nothing for us. */
export function keptText(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, key: string) {
  const listeners = new Set<() => void>();
  return {
    current: () => storage.getItem(key),
    keep(value: string | null) {
      if (value === null) storage.removeItem(key);
      else storage.setItem(key, value);
      for (const listener of listeners) listener();
    },
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Another tab changed it. */
    tell() {
      for (const listener of listeners) listener();
    },
    key,
  };
}

/** What the browser keeps for us, by default for good (localStorage), or memory where it forbids that. */
export function openStorage(open: () => Storage = () => localStorage): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  try {
    const storage = open();
    storage.setItem('marigold.probe', '1');
    storage.removeItem('marigold.probe');
    return storage;
  } catch {
    const kept = new Map<string, string>();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}
