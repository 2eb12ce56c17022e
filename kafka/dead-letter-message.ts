import { isId, newId } from '#platform/ids.ts';
import type { Delivery, HeaderBytes, Message, MessageBytes } from './event-log.ts';
import { bytesOf, decodeHeaders, encodeHeaders, isStorable, textOf, toStorable } from './message-bytes.ts';
import { deadTopicOf, type TopicName, topicNames } from './topics.ts';

/** A message that a consumer gave up on, with the place it came from and the reason. */
export type DeadLetter = {
  readonly id: string;
  readonly consumer: string;
  readonly error: string;
  readonly attempts: number;
  /** ISO 8601. */
  readonly time: string;
  readonly partition: number;
  readonly offset: string;
  /** As it was when the consumer read it. */
  readonly message: Message & { readonly topic: TopicName };
};

const prefix = 'dead-letter-';
const replayOfHeader = 'replay-of';
const replayForHeader = 'replay-for';
/** The maximum length of an error in a header; the log has the whole error. */
const longestError = 500;

/**
 * The message as it goes to the dead-letter topic, under an id of its own, with the reason in headers beside its own headers. What PostgreSQL can keep as
 * text stays as it was, for people who look at the topic; everything else is base64. Byte for byte either way;
 * only the order of headers that are plain text is not kept, for JSON in PostgreSQL has none.
 */
export function toDeadLetter(delivery: Delivery, consumer: string, error: Error, attempts: number): Message {
  const { key, headers, value } = bytesOf(delivery);
  const kept = valueIn(value);
  return {
    topic: deadTopicOf(aliveTopic(delivery.topic)),
    key: newId(),
    headers: {
      ...headersIn(withoutMarks(headers)),
      [`${prefix}consumer`]: consumer,
      [`${prefix}error`]: toStorable(error.message, longestError),
      [`${prefix}attempts`]: String(attempts),
      [`${prefix}time`]: new Date().toISOString(),
      [`${prefix}partition`]: String(delivery.partition),
      [`${prefix}offset`]: delivery.offset,
      ...keyIn(key),
      ...kept.header,
    },
    value: kept.value,
  };
}

function headersIn(headers: readonly HeaderBytes[]): Record<string, string> {
  const asText = textOf({ key: Buffer.alloc(0), headers, value: null });
  const isPlain =
    asText.bytes === undefined &&
    headers.every(({ name, value }) => isStorable(name) && value !== null && isStorable(value) && !name.toString().startsWith(prefix));
  return isPlain ? { ...asText.headers } : { [`${prefix}headers`]: encodeHeaders(headers) };
}

function keyIn(key: Buffer | null): Record<string, string> {
  if (key === null) return {};
  return isStorable(key) ? { [`${prefix}key`]: key.toString() } : { [`${prefix}key-base64`]: key.toString('base64') };
}

function valueIn(value: Buffer | null): { header: Record<string, string>; value: string } {
  // on a compacted topic a letter without a value would be the tombstone of itself
  if (value === null) return { header: { [`${prefix}value`]: 'null' }, value: '' };
  if (isStorable(value)) return { header: {}, value: value.toString() };
  return { header: { [`${prefix}value`]: 'base64' }, value: value.toString('base64') };
}

/** The letter in a message of a dead-letter topic; null for a tombstone, and for a message of another program. */
export function readDeadLetter(delivery: Delivery): DeadLetter | null {
  const { topic, key: id, headers } = delivery;
  const reason = (name: string) => headers[`${prefix}${name}`];
  if (reason('consumer') === undefined || !isId(id)) return null;
  return {
    id,
    consumer: reason('consumer') ?? '',
    error: reason('error') ?? '',
    attempts: Number(reason('attempts')),
    time: reason('time') ?? '',
    partition: Number(reason('partition')),
    offset: reason('offset') ?? '',
    message: { topic: aliveTopic(topic), ...textOf(bytesIn(delivery)) },
  };
}

function bytesIn({ headers, value }: Delivery): MessageBytes {
  const { [`${prefix}headers`]: lines, [`${prefix}key`]: key, [`${prefix}key-base64`]: keyBase64, [`${prefix}value`]: form } = headers;
  const own = Object.entries(headers).filter(([name]) => !name.startsWith(prefix));
  const keyText = key === undefined ? null : Buffer.from(key);
  return {
    key: keyBase64 === undefined ? keyText : Buffer.from(keyBase64, 'base64'),
    headers:
      lines === undefined ? own.map(([name, text]) => ({ name: Buffer.from(name), value: Buffer.from(text) })) : decodeHeaders(lines),
    value: form === 'null' || value === null ? null : Buffer.from(value, form === 'base64' ? 'base64' : 'utf8'),
  };
}

/**
 * The message once more, on its own topic, for the consumer that gave up on it and no other. Its id in that consumer's inbox is the
 * dead letter's, so replaying it twice has one effect.
 */
export function toReplay({ id, consumer, message }: DeadLetter): Message {
  const { key, headers, value } = bytesOf(message);
  const mark = (name: string, text: string) => ({ name: Buffer.from(name), value: Buffer.from(text) });
  const marked = [...withoutMarks(headers), mark(replayOfHeader, id), mark(replayForHeader, consumer)];
  return { topic: message.topic, ...textOf({ key, headers: marked, value }) };
}

/** Headers of an earlier replay do not belong to the original message. */
function withoutMarks(headers: readonly HeaderBytes[]): readonly HeaderBytes[] {
  return headers.filter(({ name }) => ![replayOfHeader, replayForHeader].includes(name.toString()));
}

/** The dead letter that a message is the replay of, or undefined; what is no id of ours is the id of no dead letter. */
export function replayOf(headers: Message['headers']): string | undefined {
  const id = headers[replayOfHeader];
  return id !== undefined && isId(id) ? id : undefined;
}

/** True for a replay addressed to another consumer; subscribers without `startConsumer` skip every replay. */
export function isForAnother(headers: Message['headers'], consumer: string): boolean {
  const target = headers[replayForHeader];
  return target !== undefined && target !== consumer;
}

function aliveTopic(topic: Message['topic']): TopicName {
  const found = topicNames.find((name) => topic === name || topic === deadTopicOf(name));
  if (found === undefined) throw new Error(`the topic "${topic}" is not one of ours`);
  return found;
}
