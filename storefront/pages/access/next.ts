const here = 'https://shop.invalid';
const accessPages = ['/log-in', '/register', '/forgot-password', '/reset-password', '/confirm-email'];

/**
 * Where to go after logging in: a page of this shop, whatever stands in the address. Everything that leads elsewhere, as `//host`,
 * `/\host` and `javascript:` do, and pages that one needs no account for, become the front page.
 */
export function safeNext(text: string | null): string {
  if (text === null || !text.startsWith('/')) return '/';
  if (!URL.canParse(text, here)) return '/';
  const url = new URL(text, here);
  if (url.origin !== here || url.pathname.startsWith('//')) return '/';
  return accessPages.includes(url.pathname) ? '/' : `${url.pathname}${url.search}${url.hash}`;
}

/** A page of access that leads on to the same page. */
export function withNext(path: string, next: string): string {
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`;
}
