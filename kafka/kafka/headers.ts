import { createRequire } from 'node:module';
import type { IHeaders } from 'kafkajs';
import type { HeaderBytes } from '../event-log.ts';

type Reader = (decoder: Decoder) => unknown;
type Decoder = { readVarIntArray(reader: Reader): unknown; readVarIntBytes(): Buffer | null };
type Encoder = { writeVarIntString(value: unknown): Encoder; writeVarIntBytes(value: unknown): Encoder };

const done = Symbol.for('marigold.kafkajs.headers');
/** As long as a header that is null is when it is written, so that kafkajs reckons with the right size. */
const nothing = Buffer.alloc(0);

/**
 * kafkajs 2.2.4 makes an object of a message's headers: names that are not UTF-8 are lost, `__proto__` and `toString` hold what was never sent, the
 * order is gone, and the time grows with the square of their number, so that one message of 1 MB stops the process for minutes. A null cannot be sent.
 * With this it reads headers as a list of bytes, and writes such a list. To be removed when kafkajs gives headers as they are.
 */
export function exactHeaders(): void {
  const load = createRequire(import.meta.url);
  const readHeader = load('kafkajs/src/protocol/recordBatch/header/v0/decoder') as Reader;
  const { prototype: decoder } = load('kafkajs/src/protocol/decoder') as { prototype: Decoder & { [done]?: true } };
  const { prototype: encoder } = load('kafkajs/src/protocol/encoder') as { prototype: Encoder };
  if (decoder[done]) return;
  decoder[done] = true;

  const { readVarIntArray } = decoder;
  decoder.readVarIntArray = function readExactly(this: Decoder, reader) {
    if (reader !== readHeader) return readVarIntArray.call(this, reader);
    const headers = readVarIntArray.call(this, toHeader);
    // what kafkajs does next is to reduce the list to an object
    return { reduce: () => headers };
  };

  const { writeVarIntString, writeVarIntBytes } = encoder;
  encoder.writeVarIntString = function writeName(this: Encoder, value) {
    return Buffer.isBuffer(value) ? writeVarIntBytes.call(this, value) : writeVarIntString.call(this, value);
  };
  encoder.writeVarIntBytes = function writeValue(this: Encoder, value) {
    return writeVarIntBytes.call(this, value === nothing ? null : value);
  };
}

function toHeader(decoder: Decoder): HeaderBytes {
  return { name: decoder.readVarIntBytes() ?? nothing, value: decoder.readVarIntBytes() };
}

/** What kafkajs read, as it is since `exactHeaders`. */
export function headersRead(headers: IHeaders | undefined): readonly HeaderBytes[] {
  return (headers as unknown as readonly HeaderBytes[] | undefined) ?? [];
}

/** Headers for kafkajs to write: it asks the only "name" for its values, and is given names and values. */
export function headersToWrite(headers: readonly HeaderBytes[]): IHeaders {
  const pairs = headers.map(({ name, value }) => ({ key: name, value: value ?? nothing }));
  return { all: Object.assign([], { map: () => pairs }) };
}
