import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { ReceivedBody } from './received-body.ts';

const maxBodyBytes = 2 * 1024 * 1024;
/** So much beyond the limit is read and thrown away, for clients that read no answer before they have sent all. */
const mostUnwantedBytes = 16 * 1024 * 1024;

/** Resolves to the port. Rejects with one sentence when the port is taken. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'EADDRINUSE' ? new Error(`Port ${port} on ${host} is taken by another program.`, { cause }) : cause);
    });
    server.listen({ host, port, backlog: 1024 }, () => resolve((server.address() as AddressInfo).port));
  });
}

export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: 400 | 413 | 415; readonly message: string };

/** The supported content encodings of a body, as a value of `accept-encoding`. */
export const bodyEncodings = 'gzip, deflate, br';

type Unpack = (packed: Buffer, limits: { readonly maxOutputLength: number }) => Promise<Buffer>;
const unpackers = new Map<string, Unpack>([
  ['gzip', promisify<Buffer, object, Buffer>(gunzip)],
  ['x-gzip', promisify<Buffer, object, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, object, Buffer>(inflate)],
  ['br', promisify<Buffer, object, Buffer>(brotliDecompress)],
  ['identity', (plain) => Promise.resolve(plain)],
]);

/**
 * Reads a JSON body of at most 2 MiB, compressed or not, or returns the error. The limit applies before and after decompression.
 * `parse` throws at what is no JSON.
 */
export async function readJson(
  request: IncomingMessage,
  limitBytes = maxBodyBytes,
  parse: (text: string) => unknown = JSON.parse,
): Promise<JsonBody> {
  const unpack = unpackers.get((request.headers['content-encoding'] || 'identity').trim().toLowerCase());
  if (unpack === undefined) return { ok: false, status: 415, message: `A body may be packed as one of ${bodyEncodings}, or not at all.` };
  const sent = await readBody(request, limitBytes);
  if (sent === null) return tooLarge(limitBytes);
  let body: Buffer;
  try {
    body = await unpack(sent, { maxOutputLength: limitBytes });
  } catch (error) {
    // unpacking ends at the limit, however much there would be
    if (isTooLarge(error)) return tooLarge(limitBytes);
    return { ok: false, status: 400, message: 'The body is not encoded as its content-encoding header declares.' };
  }
  // a lenient decoder would replace each invalid byte with a character that was not sent
  if (!isUtf8(body)) return { ok: false, status: 400, message: 'The body is not UTF-8.' };
  try {
    // some clients begin with a byte order mark, which a parser may ignore (RFC 8259, 8.1)
    return { ok: true, value: parse(body.toString().replace(/^\ufeff/, '')) };
  } catch {
    return { ok: false, status: 400, message: 'The body is not JSON.' };
  }
}

function tooLarge(limitBytes: number): JsonBody {
  return { ok: false, status: 413, message: `The body is larger than ${limitBytes} bytes.` };
}

function isTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

/**
 * Null when it is too large. The rest is read and discarded before the response, because many clients read no response before they have sent
 * all; a body that is larger by far is cut off.
 */
function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const body = new ReceivedBody(limitBytes);
    request.on('data', (chunk: Buffer) => {
      body.append(chunk);
      if (body.bytes > limitBytes + mostUnwantedBytes) resolve(null);
    });
    request.on('end', () => resolve(body.whole()));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The client went away while it was sending.')));
  });
}
