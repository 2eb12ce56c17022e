import { createHash } from 'node:crypto';
import type { MessageBytes } from '../event-log.ts';

const header = (name: string | Buffer, value: string | Buffer | null) => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
});
const type = header('ce_type', 'payment.refunded');
const id = header('ce_id', 'an-id');
const bytes = (...numbers: number[]) => Buffer.from(numbers);

const message = (more: Partial<MessageBytes>): MessageBytes => ({
  key: Buffer.from('k'),
  headers: [id, type],
  value: Buffer.from('{}'),
  ...more,
});

/** Messages that a consumer of `payment.refunded` has to look at, and that are no events: whatever a program on the same broker may leave there. */
export const foreignMessages: Readonly<Record<string, MessageBytes>> = {
  'the head of a schema registry in the value': message({ value: bytes(0, 0, 0, 0, 1, 0x7b) }),
  'a value that is no UTF-8': message({ value: bytes(0xff, 0xfe, 0x80) }),
  'no value': message({ value: null }),
  'an empty value': message({ value: Buffer.alloc(0) }),
  'NUL in a string of JSON': message({ value: Buffer.from('{"orderId":"a\\u0000b"}') }),
  'half a character in a string of JSON': message({ value: Buffer.from('{"orderId":"\\ud800"}') }),
  'JSON of a depth that nobody meant': message({ value: Buffer.from('['.repeat(200_000)) }),
  'no key': message({ key: null }),
  'an empty key': message({ key: Buffer.alloc(0) }),
  'NUL in the key': message({ key: bytes(0x61, 0, 0x62) }),
  'a key that is no UTF-8': message({ key: bytes(0xc3, 0x28) }),
  'no id': message({ headers: [type] }),
  'NUL in the id': message({ headers: [header('ce_id', bytes(0x61, 0)), type] }),
  'an id that is no UTF-8': message({ headers: [header('ce_id', bytes(0xff)), type] }),
  'an id that no index takes': message({ headers: [header('ce_id', 'x'.repeat(9000)), type] }),
  'an id that is null': message({ headers: [header('ce_id', null), type] }),
  'NUL in a header': message({ headers: [id, type, header('x', bytes(0))] }),
  'NUL in the name of a header': message({ headers: [id, type, header(bytes(0), 'x')] }),
  'a name that is no UTF-8': message({ headers: [id, type, header(bytes(0xff), 'x'), header(bytes(0xfe), 'y')] }),
  'a header that is null': message({ headers: [id, type, header('x', null)] }),
  'a header without a name': message({ headers: [header('', ''), id, type] }),
  'a header that is given several times': message({ headers: [id, type, header('x', '1'), type, header('x', '2')] }),
  'names that objects have': message({ headers: [header('__proto__', 'x'), header('constructor', 'y'), header('7', 'z'), id, type] }),
  'the headers of a dead letter': message({
    headers: [id, type, header('dead-letter-consumer', 'me'), header('dead-letter-value', 'null')],
  }),
  'the mark of a replay that never was': message({ headers: [header('replay-of', bytes(0)), id, type] }),
  'a trace that is none': message({ headers: [header('traceparent', bytes(0, 0xff)), id, type] }),
  'the largest value that its topic takes': message({ value: Buffer.alloc(1024 * 1024 - 300, 0xff) }),
  'the largest text that its topic takes': message({ value: Buffer.from('"'.repeat(1024 * 1024 - 300)) }),
};

/** Without the marks that a replay carries. */
export function withoutMarks(read: MessageBytes): MessageBytes {
  return { ...read, headers: read.headers.filter(({ name }) => !['replay-of', 'replay-for'].includes(name.toString())) };
}

/** So that two can be compared, and a difference be read: lengths, digests, and how each part begins. */
export function printed({ key, headers, value }: MessageBytes): string {
  return [short(key), ...headers.map((one) => `${short(one.name)}=${short(one.value)}`), short(value)].join(' ');
}

function short(part: Buffer | null): string {
  if (part === null) return 'null';
  const digest = part.length > 30 ? createHash('sha256').update(part).digest('hex').slice(0, 16) : '';
  return `${part.length}:${part.toString('hex', 0, 30)}${digest}`;
}
