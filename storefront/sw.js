// Keeps the shop's own page and files in the browser, so that a visitor who opens the shop while it is down gets its page, which shows that and
// recovers by itself. Nothing of the graph is kept: orders and prices are true or not shown. kept-files.ts writes `build` above this text.
/* global build */
const kept = `marigold-${build.version}`;
const shell = '/';
const besideIt = ['/marigold.svg', '/before-paint.js'];
const patienceMs = 5000;
// what the gateway shows to people besides the storefront
const notPages = /^\/(assets|graphiql|graphql|landing|pictures|playground)(\/|$)|\.\w{2,5}$/;

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(keepAll());
});

self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (pathname.startsWith('/assets/')) event.respondWith(fromCacheOrNetwork(request));
  else if (besideIt.includes(pathname)) event.respondWith(fromNetworkOrCache(request, pathname));
  else if (request.mode === 'navigate' && !notPages.test(pathname)) event.respondWith(fromNetworkOrCache(request, shell));
});

async function keepAll() {
  const cache = await caches.open(kept);
  // the names in assets/ change with what is in them: what the browser has of them already is as good as new
  await cache.addAll([...[shell, ...besideIt].map((path) => new Request(path, { cache: 'reload' })), ...build.files]);
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('marigold-') && name !== kept).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromCacheOrNetwork(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** What the shop answers; without an answer, what was kept when this build came. */
async function fromNetworkOrCache(request, path) {
  const cached = await caches.match(path, { cacheName: kept, ignoreVary: true });
  if (cached === undefined) return fetch(request);
  try {
    const answer = await soon(fetch(request));
    // a gateway that is away behind a proxy that is not
    return answer.status >= 502 && answer.status <= 504 ? cached : answer;
  } catch {
    return cached;
  }
}

function soon(answer) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The shop takes too long.')), patienceMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
