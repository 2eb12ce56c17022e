// Keeps the shop's own pages and files in the browser, so that somebody who opens the shop while it is away gets its page, which says so
// and recovers by itself. Nothing of the graph is kept: orders and prices are true or not shown.
const kept = 'marigold-files';
const mostFiles = 120;
const shell = '/';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (url.pathname.startsWith('/assets/') || isRootFile(url.pathname)) event.respondWith(fromCacheOrNetwork(request, url.pathname));
  else if (request.mode === 'navigate' && !url.pathname.startsWith('/graphql')) event.respondWith(fromNetworkOrShell(request));
});

// files beside the page, whose names stay the same from build to build
function isRootFile(path) {
  return path === '/marigold.svg' || path === '/before-paint.js';
}

async function fromCacheOrNetwork(request, path) {
  const cache = await caches.open(kept);
  const found = await cache.match(request);
  const isHashed = path.startsWith('/assets/');
  if (found && isHashed) return found;
  try {
    const answer = await fetch(request);
    if (answer.ok) await keep(cache, request, answer.clone());
    return answer;
  } catch (error) {
    if (found) return found;
    throw error;
  }
}

async function fromNetworkOrShell(request) {
  const cache = await caches.open(kept);
  try {
    const answer = await fetch(request);
    const isPage = answer.ok && answer.headers.get('content-type')?.startsWith('text/html');
    if (isPage) await keep(cache, shell, answer.clone());
    return answer;
  } catch (error) {
    const page = await cache.match(shell);
    if (page) return page;
    throw error;
  }
}

async function keep(cache, request, answer) {
  await cache.put(request, answer);
  // the oldest first: those of builds that are gone
  const keys = (await cache.keys()).filter(({ url }) => new URL(url).pathname !== shell);
  await Promise.all(keys.slice(0, Math.max(0, keys.length - mostFiles)).map((key) => cache.delete(key)));
}
