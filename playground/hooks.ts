import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react';
import type { PlaygroundShop } from './shop.ts';
import type { Signal } from './signal.ts';

export const ShopContext = createContext<PlaygroundShop | null>(null);

export function useShop(): PlaygroundShop {
  const shop = use(ShopContext);
  if (shop === null) throw new Error('There is no shop around this part of the page.');
  return shop;
}

export function useSignal<T>({ watch, get }: Pick<Signal<T>, 'watch' | 'get'>): T {
  return useSyncExternalStore(watch, get);
}

export type Loaded<T> = { readonly state: 'loading' } | { readonly state: 'failed' } | { readonly state: 'ready'; readonly value: T };

/** What `load` brings, once. It is loaded when the part is shown for the first time. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is loaded does not depend on who loads it
  useEffect(() => {
    const gone = new AbortController();
    const show = (next: Loaded<T>) => {
      if (!gone.signal.aborted) setLoaded(next);
    };
    load().then(
      (value) => show({ state: 'ready', value }),
      () => show({ state: 'failed' }),
    );
    return () => gone.abort();
  }, []);
  return loaded;
}
