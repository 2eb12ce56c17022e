import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const maxBodyBytes = 2 * 1024 * 1024;
/** Up to here the end of a body is waited for. */
const timesTooLarge = 16;

/** Resolves to the port. Rejects with one sentence when the port is taken. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'EADDRINUSE' ? new Error(`Port ${port} on ${host} is taken by another program.`, { cause }) : cause);
    });
    server.listen({ host, port, backlog: 1024 }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Reads a JSON body of at most 2 MiB; says what is wrong with another. */
export async function readJson(
  request: IncomingMessage,
  limitBytes = maxBodyBytes,
): Promise<{ ok: true; value: unknown } | { ok: false; status: 400 | 413; message: string }> {
  const body = await readBody(request, limitBytes);
  if (body === null) return { ok: false, status: 413, message: `The body is larger than ${limitBytes} bytes.` };
  // decoded anyway, each wrong byte would become a character that nobody sent
  if (!isUtf8(body)) return { ok: false, status: 400, message: 'The body is not UTF-8.' };
  try {
    return { ok: true, value: JSON.parse(body.toString()) };
  } catch {
    return { ok: false, status: 400, message: 'The body is not JSON.' };
  }
}

/**
 * Null when it is too large. The rest is read and forgotten before that is said, for many clients read no answer before they have sent
 * all; but of what is larger by far nobody waits for the end.
 */
function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) chunks.push(chunk);
      else chunks = [];
      if (bytes > limitBytes * timesTooLarge) resolve(null);
    });
    request.on('end', () => resolve(bytes <= limitBytes ? Buffer.concat(chunks) : null));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The client went away while it was sending.')));
  });
}
