import './design/fonts.css';
import './design/tokens.css';
import './design/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createLive } from './graph/live.ts';
import { refresh } from './graph/refresh.ts';
import { createSessions } from './graph/session.ts';
import { keptText, openStorage } from './kept.ts';
import { PreferenceStore } from './layout/preferences.ts';
import { ShopContext } from './shop.ts';
import { forgetWhoLeft } from './traces.ts';

const storage = openStorage();
const url = new URL('/graphql', location.href);
const socketUrl = new URL(url);
socketUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

const sessions = createSessions({
  storage,
  alone: (work) => ('locks' in navigator ? navigator.locks.request('marigold.session', work) : work()),
  refresh: (token) => refresh(url.href, token),
  now: Date.now,
});
const live = createLive({ url: socketUrl.href, token: () => sessions.freshToken(), renew: () => sessions.renew() });
const guestCart = keptText(storage, 'marigold.cart');
const preferences = new PreferenceStore(storage, document.documentElement);

// a subscription belongs to the session that started it
let user = sessions.current()?.user.id;
sessions.subscribe(() => {
  const next = sessions.current()?.user.id;
  if (next === user) return;
  user = next;
  live.reconnect();
});
forgetWhoLeft(sessions, [storage, openStorage(() => sessionStorage)]);
// a page restored by the back button missed what other tabs did in the meantime
window.addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  sessions.reload();
  guestCart.tell();
});
for (const event of ['online', 'pageshow'] as const) window.addEventListener(event, () => live.wake());
document.addEventListener('visibilitychange', () => void (document.visibilityState === 'visible' && live.wake()));
window.addEventListener('storage', ({ key }) => {
  if (key === guestCart.key) guestCart.tell();
  if (key === 'marigold.session') sessions.reload();
});

// only what is built has names that a worker can keep
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  });
}

const root = document.getElementById('shop');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ShopContext value={{ sessions, live, preferences, guestCart }}>
        <App />
      </ShopContext>
    </StrictMode>,
  );
}
