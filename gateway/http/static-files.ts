import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { picturePolicy } from './browser-rules.ts';
import { type Encoding, encodingFor } from './negotiation.ts';

/** Answers with a file; resolves to whether there is one. */
export type StaticFiles = {
  /** `status` 404: the file is the "not found" page. */
  serve(request: IncomingMessage, response: ServerResponse, url: URL, status?: 200 | 404): Promise<boolean>;
};

export type StaticFilesOptions = {
  /** Nothing outside of it is served, and no hidden file in it. */
  readonly folder: string;
  /** The content security policy of its pages and scripts; pictures have their own. */
  readonly policy: string;
  /** Addresses of pages, and the files that they are. */
  readonly pages?: Readonly<Record<string, string>>;
  /** What browsers may do with an address: the value of `cache-control`. */
  caching(url: URL): string;
};

type Kept = {
  readonly etag: string;
  readonly changedMs: number;
  readonly plain: Buffer;
  /** Null for what is small or packed already; made when it is first asked for. */
  encoded(encoding: Encoding): Promise<Buffer> | null;
};

export const forAYear = 'public, max-age=31536000, immutable';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const packed = /\.(png|jpg|webp|avif|ico|woff2)$/;

const packers: Readonly<Record<Encoding, (plain: Buffer) => Promise<Buffer>>> = {
  // the best but two: those take seconds for what the first visitor waits for
  br: (plain) => promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (plain) => promisify(gzip)(plain, { level: 6 }),
};

/** Whether the address is one of a file, by its ending: it is not an address of a page. */
export function isFileAddress(path: string): boolean {
  return types[extname(path)] !== undefined || /\.(map|mjs|xml|gif)$/.test(path);
}

/** The files below a folder, by the paths of their addresses, kept in memory, packed and with an ETag. A file that changes is read again. */
export function createStaticFiles({ folder, policy, pages = {}, caching }: StaticFilesOptions): StaticFiles {
  const kept = new Map<string, Kept>();
  /** A page has one address, and its file has none. */
  const fileAt = (path: string): string | null =>
    Object.hasOwn(pages, path) || extname(path) !== '.html' ? pathIn(folder, pages[path] ?? path) : null;

  async function load(path: string): Promise<Kept | null> {
    const found = await stat(path).catch(() => null);
    if (!found?.isFile()) {
      // of an earlier build, whose files have other names
      kept.delete(path);
      return null;
    }
    const known = kept.get(path);
    if (known?.changedMs === found.mtimeMs) return known;
    const file = keep(path, await readFile(path), found.mtimeMs);
    kept.set(path, file);
    return file;
  }

  return {
    async serve(request, response, url, status = 200) {
      const path = fileAt(url.pathname);
      const type = path === null ? undefined : types[extname(path)];
      if (path === null || type === undefined) return false;
      const file = await load(path);
      if (file === null) return false;
      response.setHeader('etag', file.etag);
      response.setHeader('cache-control', caching(url));
      response.appendHeader('vary', 'accept-encoding');
      setTypeHeaders(response, type, policy);
      if (status === 200 && request.headers['if-none-match']?.includes(file.etag)) response.writeHead(304).end();
      else await send(request, response, file, status);
      return true;
    },
  };
}

function keep(path: string, plain: Buffer, changedMs: number): Kept {
  const made = new Map<Encoding, Promise<Buffer>>();
  const isPackable = plain.length > 1024 && !packed.test(path);
  return {
    plain,
    changedMs,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    encoded(encoding) {
      if (!isPackable) return null;
      const promise = made.get(encoding) ?? packers[encoding](plain);
      made.set(encoding, promise);
      return promise;
    },
  };
}

function setTypeHeaders(response: ServerResponse, type: string, policy: string): void {
  response.setHeader('content-type', type);
  // a worker lives by the policy of its script
  if (/^text\/(html|javascript)/.test(type)) response.setHeader('content-security-policy', policy);
  if (type === 'image/svg+xml') response.setHeader('content-security-policy', picturePolicy);
  if (type.startsWith('image/') || type.startsWith('font/')) response.setHeader('cross-origin-resource-policy', 'cross-origin');
}

async function send(request: IncomingMessage, response: ServerResponse, file: Kept, status: number): Promise<void> {
  const encoding = encodingFor(request);
  const encoded = encoding === null ? null : await file.encoded(encoding);
  const body = encoded ?? file.plain;
  response.setHeader('content-length', body.length);
  if (encoded && encoding) response.setHeader('content-encoding', encoding);
  response.writeHead(status);
  response.end(request.method === 'HEAD' ? undefined : body);
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
