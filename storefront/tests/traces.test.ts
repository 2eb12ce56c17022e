import { beforeEach, describe, expect, test } from '@jest/globals';
import { createSessions, type GrantedSession, type Renewal } from '../graph/session.ts';
import { createDraft } from '../pages/checkout/draft.ts';
import { createPurchases } from '../pages/checkout/purchase.ts';
import { forgetWhoLeft } from '../traces.ts';

const granted = (id: string): GrantedSession => ({
  accessToken: 'x',
  refreshToken: `refresh-${id}`,
  user: { id, username: id, role: 'CUSTOMER' },
});
const address = { line1: '12 Lotus Lane' };

let kept: Map<string, string>;
let ofTab: Map<string, string>;
let sessions: ReturnType<typeof createSessions>;

const storageOf = (texts: Map<string, string>) => ({
  getItem: (key: string) => texts.get(key) ?? null,
  setItem: (key: string, value: string) => void texts.set(key, value),
  removeItem: (key: string) => void texts.delete(key),
});
const allThatIsKept = () => JSON.stringify([...kept, ...ofTab]);

/** A user has filled in the checkout and pressed its button, and no answer arrived. */
beforeEach(() => {
  kept = new Map();
  ofTab = new Map();
  sessions = createSessions({
    storage: storageOf(kept),
    alone: (work) => work(),
    refresh: async (): Promise<Renewal> => 'gone',
    now: () => 1_000_000,
  });
  sessions.begin(granted('lan'));
  forgetWhoLeft(sessions, [storageOf(kept), storageOf(ofTab)]);
  const purchases = createPurchases({ storage: storageOf(kept), newKey: () => 'a-key-of-a-purchase', now: () => 1_000_000 });
  purchases.keyOf('lan', { id: 'cart', version: 1, total: { amount: 1250 } });
  purchases.sending({ address });
  createDraft(storageOf(ofTab), 'lan').keep(address as never);
});

describe('stored data of a user in the checkout', () => {
  test('is gone when they log out', () => {
    expect(allThatIsKept()).toContain('12 Lotus Lane');

    sessions.end('left');

    expect(allThatIsKept()).toBe('[]');
  });

  test('stays when their session ends by itself, and they come back', () => {
    sessions.end('expired');
    sessions.begin(granted('lan'));

    expect([kept.size, ofTab.size]).toEqual([2, 1]);
  });

  test('is deleted when another user logs in after the session has expired', () => {
    sessions.end('expired');
    sessions.begin(granted('minh'));

    expect(allThatIsKept()).not.toContain('12 Lotus Lane');
  });
});
