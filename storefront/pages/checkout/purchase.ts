import { traces } from '../../traces.ts';

/** A purchase as it is kept in this browser from the first press of the button until the shop has answered. */
type Purchase = {
  readonly userId: string;
  /** Which cart, and as it was shown: id, version and total. */
  readonly cart: string;
  readonly key: string;
  /** What was sent with the key, as the graph takes it but for the key; null before the button was pressed. */
  readonly sent: unknown;
  /** When it was sent last, in ms by this clock. */
  readonly at: number;
};

/** A cart as it is shown, which is what is agreed to. */
export type CartState = { readonly id: string; readonly version: number; readonly total: { readonly amount: number } };

export type Purchases = {
  /**
   * The idempotency key for buying this cart as it stands: the same after a double click, a reload, in another tab, until the shop has
   * answered. Another cart, another version or total of it, another customer: another key.
   */
  keyOf(userId: string, cart: CartState): string;
  /** The button was pressed: from now on an answer may get lost. */
  sending(input: object): void;
  /** What was sent and never answered, less than an hour ago; to be asked about again when the cart is empty for no other reason. */
  unanswered(userId: string): { readonly key: string; readonly input: unknown } | null;
  /** The shop answered: the next press of the button is another purchase. */
  settled(): void;
};

export type PurchaseDependencies = {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** 8 to 64 characters, never the same twice. */
  newKey(): string;
  now(): number;
};

const name = traces.purchase;
const askedAboutForMs = 3_600_000;

export function createPurchases({ storage, newKey, now }: PurchaseDependencies): Purchases {
  function read(): Purchase | null {
    try {
      const value: unknown = JSON.parse(storage.getItem(name) ?? 'null');
      return isPurchase(value) ? value : null;
    } catch {
      return null;
    }
  }

  const write = (purchase: Purchase) => storage.setItem(name, JSON.stringify(purchase));

  return {
    keyOf(userId, { id, version, total }) {
      const cart = `${id}/${version}/${total.amount}`;
      const kept = read();
      if (kept?.userId === userId && kept.cart === cart) return kept.key;
      const begun = { userId, cart, key: newKey(), sent: null, at: now() };
      write(begun);
      return begun.key;
    },
    sending(input) {
      const kept = read();
      if (kept) write({ ...kept, sent: input, at: now() });
    },
    unanswered(userId) {
      const kept = read();
      const isOpen = kept?.userId === userId && kept.sent !== null && now() - kept.at < askedAboutForMs;
      return kept && isOpen ? { key: kept.key, input: kept.sent } : null;
    },
    settled: () => storage.removeItem(name),
  };
}

function isPurchase(value: unknown): value is Purchase {
  if (value === null || typeof value !== 'object') return false;
  const { userId, cart, key, at } = value as Record<string, unknown>;
  return [userId, cart, key].every((text) => typeof text === 'string') && typeof at === 'number' && 'sent' in value;
}
