import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { isLoopbackHost } from '#platform/http/loopback.ts';

type Listener = (...args: unknown[]) => void;

/**
 * Lets only pages of the server itself at it, whatever it would answer by itself: mails hold links that open accounts. Requests and
 * sockets are looked at before anything else sees them. For a server that listens on the loopback address and has all its listeners.
 */
export function guardInbox(server: Server): void {
  for (const event of ['request', 'upgrade'] as const) {
    const listeners = server.listeners(event) as Listener[];
    server.removeAllListeners(event);
    server.on(event, (request: IncomingMessage, answer: ServerResponse | Duplex, ...more: unknown[]) => {
      if (!isOfOwnPage(request)) return reject(answer);
      if ('setHeader' in answer) keepToOurselves(answer);
      for (const listener of listeners) listener.call(server, request, answer, ...more);
    });
  }
}

/** Checks the host, the origin, and the fetch metadata of browsers that send no origin. Clients that are no browser are allowed. */
function isOfOwnPage({ headers, method }: IncomingMessage): boolean {
  const { host, origin } = headers;
  if (!isLoopbackHost(host)) return false;
  if (origin !== undefined) return URL.parse(origin)?.host === host?.toLowerCase();
  const said = (name: string) => [headers[name]].flat()[0];
  // a link that a person follows
  if (method === 'GET' && said('sec-fetch-mode') === 'navigate' && said('sec-fetch-dest') === 'document') return true;
  return ['same-origin', 'none', undefined].includes(said('sec-fetch-site'));
}

function reject(answer: ServerResponse | Duplex): void {
  if ('setHeader' in answer) answer.writeHead(403, { 'content-type': 'text/plain' }).end('The mail inbox answers its own pages only.\n');
  else answer.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
}

/** Takes away what would let other pages in, when it is about to be sent. */
function keepToOurselves(response: ServerResponse): void {
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('x-frame-options', 'SAMEORIGIN');
  response.setHeader('referrer-policy', 'no-referrer');
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    for (const name of response.getHeaderNames()) if (isCors(name)) response.removeHeader(name);
    return writeHead(status, ...rest.map(withoutCors));
  };
}

const isCors = (name: string) => name.toLowerCase().startsWith('access-control-');

function withoutCors(headers: unknown): unknown {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isCors(name)));
}
