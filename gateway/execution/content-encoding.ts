import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/**
 * A body without its content-encodings (RFC 9110, 8.4), off the event loop.
 * @throws Error when one is not known, or the body is not encoded so, or larger than `maxBytes`.
 */
export async function decode(body: Buffer, encodings: string, maxBytes: number): Promise<Buffer> {
  let decoded = body;
  const names = encodings.toLowerCase().split(',');
  for (const name of names.map((text) => text.trim()).reverse()) {
    if (name === '' || name === 'identity') continue;
    const decoder = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (decoder === undefined) throw new Error(`The content-encoding "${name}" is not known here.`);
    decoded = await decoder(decoded, { maxOutputLength: maxBytes });
  }
  return decoded;
}
