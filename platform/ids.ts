import { randomFillSync } from 'node:crypto';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** The ms of the last id, and its 12 bits that distinguish it from others of this ms. */
let last = { ms: 0, count: 0 };

/**
 * A UUID of version 7 (RFC 9562, 5.7): its first 48 bits are the time in ms. Of one process later ids sort later, also those of one ms and
 * when the clock goes back: the next 12 bits count (6.2, method 1), from a random number that leaves room for 2048; what is more
 * borrows from the next ms.
 */
export function newId(): string {
  const bytes = randomFillSync(Buffer.alloc(16));
  const now = Date.now();
  if (now > last.ms) last = { ms: now, count: bytes.readUInt16BE(6) & 0x7ff };
  else last = last.count < 0xfff ? { ms: last.ms, count: last.count + 1 } : { ms: last.ms + 1, count: 0 };
  bytes.writeUIntBE(last.ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | last.count, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function isId(text: string): boolean {
  return uuidPattern.test(text);
}
