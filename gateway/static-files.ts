import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pagePolicy } from './protection/browser-rules.ts';

/** Answers with a file, or says that there is none. */
export type StaticFiles = { serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> };

type Kept = { readonly etag: string; readonly plain: Buffer; readonly zipped: Buffer | null; readonly changedMs: number };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
/** A picture is an image to us and never a page: whatever is drawn in it, it runs nothing. */
const picturePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
const zip = promisify(gzip);

/**
 * The files below `folder`, by the paths of their addresses, kept in memory, zipped and with an ETag. `pages` gives addresses of pages
 * their files. An address with a version (`?v=`, or a chunk's hash) never changes and is kept by browsers for a year; a picture for a day.
 */
export function createStaticFiles(folder: string, pages: Readonly<Record<string, string>>): StaticFiles {
  const kept = new Map<string, Kept>();

  async function load(path: string): Promise<Kept | null> {
    const found = await stat(path).catch(() => null);
    if (!found?.isFile()) return null;
    const known = kept.get(path);
    if (known?.changedMs === found.mtimeMs) return known;
    const plain = await readFile(path);
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
    const zipped = plain.length > 1024 && !/\.(png|ico|woff2)$/.test(path) ? await zip(plain, { level: 6 }) : null;
    const file = { etag, plain, zipped, changedMs: found.mtimeMs };
    kept.set(path, file);
    return file;
  }

  return {
    async serve(request, response, url) {
      const path = pathIn(folder, pages[url.pathname] ?? url.pathname);
      const type = path === null ? undefined : types[extname(path)];
      if (path === null || type === undefined) return false;
      const file = await load(path);
      if (file === null) return false;
      setHeaders(response, url, type, file);
      if (request.headers['if-none-match']?.includes(file.etag)) response.writeHead(304).end();
      else send(request, response, type, file);
      return true;
    },
  };
}

function setHeaders(response: ServerResponse, url: URL, type: string, file: Kept): void {
  response.setHeader('etag', file.etag);
  response.setHeader('cache-control', cachingOf(url));
  response.appendHeader('vary', 'accept-encoding');
  // a worker lives by the policy of its script
  if (/^text\/(html|javascript)/.test(type)) response.setHeader('content-security-policy', pagePolicy);
  if (type === 'image/svg+xml') response.setHeader('content-security-policy', picturePolicy);
  if (type.startsWith('image/') || type.startsWith('font/')) response.setHeader('cross-origin-resource-policy', 'cross-origin');
}

function send(request: IncomingMessage, response: ServerResponse, type: string, file: Kept): void {
  const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) ? file.zipped : null;
  const body = zipped ?? file.plain;
  response.setHeader('content-type', type);
  response.setHeader('content-length', body.length);
  if (zipped) response.setHeader('content-encoding', 'gzip');
  response.writeHead(200);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function cachingOf(url: URL): string {
  if (url.searchParams.has('v') || url.pathname.startsWith('/graphiql/chunks/')) return 'public, max-age=31536000, immutable';
  return url.pathname.startsWith('/pictures/') ? 'public, max-age=86400' : 'no-cache';
}

/** Null for what would lead out of the folder, and for hidden files. */
function pathIn(folder: string, address: string): string | null {
  let name: string;
  try {
    name = decodeURIComponent(address);
  } catch {
    return null;
  }
  const path = normalize(join(folder, name));
  if (name.includes('\0') || !path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return null;
  return name.split('/').some((part) => part.startsWith('.')) ? null : path;
}
