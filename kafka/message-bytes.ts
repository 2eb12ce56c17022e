import { isUtf8 } from 'node:buffer';
import type { HeaderBytes, Message, MessageBytes } from './event-log.ts';

type MessageText = Pick<Message, 'key' | 'headers' | 'value' | 'bytes'>;

/** Message bytes as text; with the original bytes where the text does not represent them exactly. Of a header that comes several times, the first. */
export function textOf(bytes: MessageBytes): MessageText {
  const { key, headers, value } = bytes;
  const named = headers.map((header) => [header.name.toString(), header.value?.toString() ?? ''] as const);
  // from the last to the first, so that the first one wins; entries rather than assignments, because a header may be called __proto__
  const text = { key: key?.toString() ?? '', headers: Object.fromEntries(named.toReversed()), value: value?.toString() ?? null };
  const inOrder = { ...text, headers: named.length === Object.keys(text.headers).length ? Object.fromEntries(named) : text.headers };
  return saysAll(inOrder, bytes) ? inOrder : { ...inOrder, bytes };
}

/** The bytes of a message. Lone surrogates, which no bytes stand for, become U+FFFD. */
export function bytesOf(message: MessageText): MessageBytes {
  if (message.bytes !== undefined) return message.bytes;
  return {
    key: Buffer.from(message.key),
    headers: Object.entries(message.headers).map(([name, value]) => ({ name: Buffer.from(name), value: Buffer.from(value) })),
    value: message.value === null ? null : Buffer.from(message.value),
  };
}

function saysAll(text: MessageText, { key, headers, value }: MessageBytes): boolean {
  if (key === null || !isUtf8(key) || (value !== null && !isUtf8(value))) return false;
  // numbers as names change the order of an object's fields
  const names = Object.keys(text.headers);
  return (
    names.length === headers.length &&
    headers.every((header, index) => header.value !== null && isUtf8(header.value) && header.name.equals(Buffer.from(names[index] ?? '')))
  );
}

/** Whether PostgreSQL can keep the bytes as text or in JSON: UTF-8, and no NUL. */
export function isStorable(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

/** The same text, as far as PostgreSQL can keep it: NUL and lone surrogates become U+FFFD. At most `mostCharacters`. */
export function toStorable(text: string, mostCharacters: number): string {
  return text.slice(0, mostCharacters).toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Header names and values as lines of base64url; a name alone is one whose value is null. Grows them by less than one half. */
export function encodeHeaders(headers: readonly HeaderBytes[]): string {
  return headers
    .map(({ name, value }) => `${name.toString('base64url')}${value === null ? '' : `:${value.toString('base64url')}`}\n`)
    .join('');
}

export function decodeHeaders(lines: string): HeaderBytes[] {
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [name = '', value] = line.split(':');
      return { name: Buffer.from(name, 'base64url'), value: value === undefined ? null : Buffer.from(value, 'base64url') };
    });
}
