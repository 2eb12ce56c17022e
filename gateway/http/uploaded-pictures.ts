import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import type { Logger } from '#platform/logger.ts';
import { currentTraceparent } from '#platform/tracing/trace-context.ts';
import { SharedRequests } from '../execution/shared-requests.ts';
import { RequestError } from '../pipeline/request-error.ts';
import type { Caches } from '../runtime/caches.ts';
import type { StaticFiles } from './static-files.ts';

export type UploadedPicturesOptions = {
  /** Of the subgraph that keeps them, its graph's; undefined as long as the supergraph names none. */
  address(): string | undefined;
  timeoutMs: number;
  /** Asks the subgraph in the turn of who sent `request`. @throws RequestError when they have asked for too much. */
  inTurn<T>(request: IncomingMessage, work: () => Promise<T>): Promise<T>;
  caches: Caches;
  logger: Logger;
};

/** Nothing but this is ever asked of the subgraph. */
const namePattern = /^[0-9a-f]{32}-\d{3,4}\.(jpg|webp)$/;
const folder = '/pictures/uploaded/';
const mediaTypes: Readonly<Record<string, string>> = { jpg: 'image/jpeg', webp: 'image/webp' };
const mostBytes = 512_000;
const keptBytes = 16 * 1024 * 1024;
const mostUnderWay = 64;
/** Served as an image and never as a page, whatever its bytes contain. */
const policy = "default-src 'none'; sandbox";

type Found = { readonly status: 200; readonly bytes: Buffer } | { readonly status: Trouble };
type Trouble = 404 | 429 | 502 | 503;
const messages: Readonly<Record<Trouble, string>> = {
  404: 'There is no such picture.',
  429: 'Too many pictures are asked for from your address. Try again soon.',
  502: 'The picture came in a form that is not served.',
  503: 'Pictures cannot be had at the moment. Try again soon.',
};

/**
 * The pictures that admins uploaded, at `/pictures/uploaded/…`: fetched from the subgraph that keeps them and held in memory, 16 MiB of
 * them at the most. A name is made of the bytes, so what is at an address never changes.
 */
export function createUploadedPictures({ address, timeoutMs, inTurn, caches, logger }: UploadedPicturesOptions): StaticFiles {
  const kept = caches.open<Buffer>('pictures', { maxBytes: keptBytes, bytesOf: (bytes) => bytes.length });
  const underWay = new SharedRequests<Found>();

  async function fetchPicture(name: string): Promise<Found> {
    const graph = address();
    if (graph === undefined || underWay.size >= mostUnderWay) return { status: 503 };
    try {
      const found = await ask(new URL(`pictures/${name}`, graph), mediaTypeOf(name), timeoutMs);
      if (found.status === 200) kept.set(name, found.bytes);
      if (found.status === 502) logger.warn({ name }, 'an uploaded picture came in a form that is not served');
      return found;
    } catch (error) {
      // the client of the subgraph logs that it is unavailable
      logger.debug({ name, error }, 'an uploaded picture could not be fetched');
      return { status: 503 };
    }
  }

  async function find(name: string, request: IncomingMessage): Promise<Found> {
    if (!namePattern.test(name)) return { status: 404 };
    const bytes = kept.get(name);
    if (bytes) return { status: 200, bytes };
    try {
      return await inTurn(request, () => underWay.share(name, () => fetchPicture(name)));
    } catch (error) {
      if (error instanceof RequestError) return { status: 429 };
      throw error;
    }
  }

  return {
    async serve(request, response, url) {
      if (!url.pathname.startsWith(folder)) return false;
      const name = url.pathname.slice(folder.length);
      const found = await find(name, request);
      if (found.status === 200) send(request, response, name, found.bytes);
      else reject(response, found.status);
      return true;
    },
  };
}

/** @throws when there is no answer in time. */
async function ask(url: URL, mediaType: string, timeoutMs: number): Promise<Found> {
  const response = await fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    headers: { traceparent: currentTraceparent() ?? '' },
  });
  if (response.status === 200 && response.headers.get('content-type') === mediaType) {
    const bytes = await readUpTo(mostBytes, response);
    return bytes === null ? { status: 502 } : { status: 200, bytes };
  }
  await response.body?.cancel();
  return { status: response.status === 404 || response.status === 503 ? response.status : 502 };
}

/** Null when there is more. */
async function readUpTo(limitBytes: number, response: Response): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    // leaving the loop cancels the rest
    if (bytes > limitBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const mediaTypeOf = (name: string) => mediaTypes[extname(name).slice(1)] ?? 'application/octet-stream';

function send(request: IncomingMessage, response: ServerResponse, name: string, bytes: Buffer): void {
  const etag = `"${name}"`;
  response.setHeader('etag', etag);
  response.setHeader('cache-control', 'public, max-age=31536000, immutable');
  response.setHeader('content-security-policy', policy);
  response.setHeader('cross-origin-resource-policy', 'cross-origin');
  if (request.headers['if-none-match']?.includes(etag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'content-type': mediaTypeOf(name), 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function reject(response: ServerResponse, status: Trouble): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...(status === 503 || status === 429 ? { 'retry-after': '1' } : {}),
  });
  response.end(JSON.stringify({ error: messages[status] }));
}
