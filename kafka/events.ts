import { isUtf8 } from 'node:buffer';
import { newId } from '#platform/ids.ts';
import { newTraceparent } from '#platform/tracing/new-traceparent.ts';
import { currentTraceparent } from '#platform/tracing/trace-context.ts';
import { contracts, type DomainEvent, type EventData, type EventType, isEventType } from './contracts.ts';
import type { Message } from './event-log.ts';
import { isStorable } from './message-bytes.ts';

/** As a publisher has to keep them, without unknown fields. Made once: zod compiles each schema when it is first used. */
const exactData = Object.fromEntries(Object.entries(contracts).map(([type, { data }]) => [type, data.strict()]));

/**
 * A new event, checked against its contract: throws a ZodError when the publisher is wrong.
 * It belongs to the trace of `causedBy` or, without one, of the running request.
 */
export function createEvent<Type extends EventType>(
  type: Type,
  key: string,
  data: EventData<Type>,
  causedBy?: { readonly traceparent: string | undefined },
): DomainEvent<Type> {
  const traceparent = causedBy?.traceparent ?? currentTraceparent() ?? newTraceparent();
  return {
    id: newId(),
    type,
    key,
    time: new Date().toISOString(),
    traceparent,
    data: exactData[type]?.parse(data),
  } as unknown as DomainEvent<Type>;
}

/** CloudEvents 1.0.2, Kafka protocol binding 1.0.2, binary content mode. */
export function toMessage(event: DomainEvent): Message {
  const { publisher, topic } = contracts[event.type];
  return {
    topic,
    key: event.key,
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_type: event.type,
      ce_source: `/${publisher}`,
      ce_time: event.time,
      ce_subject: event.key,
      'content-type': 'application/json',
      ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    },
    value: JSON.stringify(event.data),
  };
}

/** A tombstone for a key of a compacted topic: later readers find no record of it. */
export function tombstone(topic: Message['topic'], key: string): Message {
  return { topic, key, headers: {}, value: null };
}

/** Longer than any id of ours, and short enough for the index of an inbox. */
const longestId = 200;

/** The event in a message. Unknown fields are ignored. @throws an Error with the reason when the message is invalid. */
export function readEvent(message: Message): DomainEvent {
  const { ce_type: type = '', ce_time: time = '', traceparent } = message.headers;
  if (!isEventType(type)) throw new Error(`the type "${type}" is not in the contracts`);
  const id = eventIdOf(message);
  if (id === null) throw new Error(`its ce_id is missing, or not a text of at most ${longestId} characters`);
  if (message.bytes?.key === null) throw new Error('it has no key');
  if (message.bytes?.value !== undefined && message.bytes.value !== null && !isUtf8(message.bytes.value))
    throw new Error('its data is not UTF-8');
  const parsed = contracts[type].data.safeParse(JSON.parse(message.value ?? 'null'));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'data'}: ${issue.message}`);
    throw new Error(`its data is not a ${type}: ${problems.join('; ')}`);
  }
  if (!holdsStorableText(parsed.data)) throw new Error('its data holds a NUL or half a character, which no database keeps');
  if (!isStorable(Buffer.from(message.key))) throw new Error('its key is not text');
  return { id, type, key: message.key, time, traceparent, data: parsed.data } as DomainEvent;
}

/** The id of the event in a message, the same however often it is delivered; null when it has none that an inbox can keep. */
export function eventIdOf({ headers, bytes }: Message): string | null {
  const id = headers['ce_id'] ?? '';
  const exact = bytes?.headers.find(({ name }) => name.toString() === 'ce_id')?.value ?? Buffer.from(id);
  return id !== '' && id.length <= longestId && isStorable(exact) ? id : null;
}

/** Without NUL and lone surrogates. Only what a contract names is looked at, so this goes no deeper than the contract. */
function holdsStorableText(data: unknown): boolean {
  if (typeof data === 'string') return data.isWellFormed() && !data.includes('\0');
  return typeof data !== 'object' || data === null || Object.values(data).every(holdsStorableText);
}
