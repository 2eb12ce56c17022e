import type { IncomingMessage, ServerResponse } from 'node:http';

/** The origins besides its own from which browsers may use the gateway; `*` is any. */
export type AllowedOrigins = readonly string[];

const apiPolicy = "default-src 'none'; frame-ancestors 'none'";

/**
 * The policy of the storefront: nothing runs, paints or is fetched but what is a file of ours, and nothing inline. Pictures of products
 * may be anywhere. The same origin's sockets are 'self' as well.
 */
export const storefrontPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: https:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The playground's: no script and no worker but from our files. Styles may be inline, because the editor writes its own. */
export const playgroundPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A picture is an image to us and never a page: whatever is drawn in it, it runs nothing. */
export const picturePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Nothing here needs any of it, so nothing that slips in can ask for it. */
const permissions = ['camera', 'display-capture', 'geolocation', 'microphone', 'midi', 'payment', 'serial', 'usb']
  .map((name) => `${name}=()`)
  .join(', ');

export function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader('content-security-policy', apiPolicy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-site');
  response.setHeader('permissions-policy', permissions);
}

/** Whether a page of this origin may use the gateway that was addressed as `host`. What sends no Origin is no browser. */
export function isAllowedOrigin({ origin, host }: IncomingMessage['headers'], allowed: AllowedOrigins): boolean {
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

/** What clients of GraphQL send besides: who they are, the trace, and what this gateway reads. */
const allowedHeaders = [
  'content-type',
  'content-encoding',
  'authorization',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'apollographql-client-name',
  'apollographql-client-version',
  'graphql-client-name',
  'graphql-client-version',
  'traceparent',
  'tracestate',
  'baggage',
  'x-query-plan',
];

/** Who may use the gateway from a foreign page, and with which headers: names, or beginnings of names that end with `*`. */
export type CorsRules = { readonly origins: AllowedOrigins; readonly headers: readonly string[] };

/** The headers of the Fetch standard's CORS protocol; without them browsers keep the answer from a foreign page. */
export function setCorsHeaders(request: IncomingMessage, response: ServerResponse, { origins, headers }: CorsRules): void {
  response.setHeader('vary', 'origin');
  const { origin } = request.headers;
  if (origin === undefined || !isAllowedOrigin(request.headers, origins)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'x-trace-id, retry-after');
  if (request.method !== 'OPTIONS') return;
  response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
  const asked = request.headers['access-control-request-headers'] ?? '';
  response.setHeader('access-control-allow-headers', headersFor(asked, headers).join(', '));
  response.appendHeader('vary', 'access-control-request-headers');
  response.setHeader('access-control-max-age', '7200');
}

/** The names that are always allowed, and those of the asked ones that a pattern allows. */
function headersFor(asked: string, rules: readonly string[]): string[] {
  const names = rules.filter((rule) => !rule.endsWith('*'));
  const beginnings = rules.filter((rule) => rule.endsWith('*')).map((rule) => rule.slice(0, -1));
  const matching = asked
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[a-z0-9-]+$/.test(name) && beginnings.some((beginning) => name.startsWith(beginning)));
  return [...new Set([...allowedHeaders, ...names, ...matching])];
}

/**
 * Whether a browser had to ask with a preflight before it sent this on behalf of a foreign page: a body of JSON always, anything
 * else only with a header that forms and images cannot have.
 */
export function wasPreflighted(request: IncomingMessage): boolean {
  if (mediaTypeOf(request) === 'application/json') return true;
  return Boolean(request.headers['apollo-require-preflight'] || request.headers['x-apollo-operation-name']);
}

/** Without its parameters, in lower case; undefined when there is none. */
export function mediaTypeOf(request: IncomingMessage): string | undefined {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}
