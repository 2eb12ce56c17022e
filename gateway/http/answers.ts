import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { type Encoding, encodingFor } from './negotiation.ts';

export const json = 'application/json; charset=utf-8';

/** Below this the headers of packing cost as much as it saves. */
const packedFromBytes = 1024;

/** Quick ones, for what is made for one client; the work is done outside of the event loop. */
const packers: Readonly<Record<Encoding, (plain: Buffer) => Promise<Buffer>>> = {
  br: (plain) => promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (plain) => promisify(gzip)(plain, { level: 4 }),
};

/**
 * Answers with a text that was made for this client, packed when it is over 1 KiB and the client asks for it. Who may read an answer is shown
 * by a header that no foreign page can make a browser send, so the length of a compressed response leaks no secret.
 */
export async function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, text }: { readonly status: number; readonly type: string; readonly text: string },
): Promise<void> {
  const plain = Buffer.from(text);
  const encoding = plain.length > packedFromBytes ? encodingFor(request) : null;
  const body = encoding === null ? plain : await packers[encoding](plain);
  response.appendHeader('vary', 'accept-encoding');
  if (encoding !== null) response.setHeader('content-encoding', encoding);
  response.setHeader('cache-control', 'no-store');
  response.writeHead(status, { 'content-type': type, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}
