import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { Connection, Live } from './graph/live.ts';
import type { Session, Sessions } from './graph/session.ts';
import type { PreferenceStore } from './layout/preferences.ts';

/** What every page can reach; made once in main.tsx. */
export type Shop = {
  readonly sessions: Sessions;
  readonly live: Live;
  readonly preferences: PreferenceStore;
  /** The guest's cart; null before anything was put in. */
  readonly guestCart: { current(): string | null; keep(id: string | null): void; subscribe(listener: () => void): () => void };
};

export const ShopContext = createContext<Shop | null>(null);

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (shop === null) throw new Error('There is no shop around this page.');
  return shop;
}

/** What `read` finds in a store, read again whenever the store changes. */
export function useStore<T>(store: { subscribe(listener: () => void): () => void }, read: () => T): T {
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  return useSyncExternalStore(subscribe, read);
}

/** Who is logged in; null for a guest. */
export function useSession(): Session | null {
  const { sessions } = useShop();
  return useStore(sessions, () => sessions.current());
}

export function useConnection(): Connection {
  const { live } = useShop();
  return useStore(live, () => live.connection());
}

/** The id of the guest's cart; null when there is none, and for a logged-in customer, whose cart needs no id. */
export function useGuestCart(): string | null {
  const { guestCart } = useShop();
  return useStore(guestCart, () => guestCart.current());
}
