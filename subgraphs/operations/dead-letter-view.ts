import type { DeadLetter as Letter } from '#kafka/dead-letter-message.ts';
import type { DeadLetterEntry } from '#kafka/dead-letters.ts';
import { type Connection, decodeCursor, encodeCursor, isTimestampMs, toConnection } from '#platform/pagination.ts';
import { traceIdOf } from '#platform/tracing/trace-context.ts';

/** A dead letter as admins see it: without personal addresses, names and keys. */
export type DeadLetter = {
  readonly id: string;
  readonly topic: string;
  readonly consumer: string;
  readonly type: string | null;
  readonly key: string | null;
  readonly at: Date;
  readonly attempts: number;
  readonly reason: string;
  /** JSON. */
  readonly payload: string;
  readonly traceId: string | null;
};

export function toView({ id, consumer, error, attempts, time, message }: Letter): DeadLetter {
  return {
    id,
    topic: message.topic,
    consumer,
    type: message.headers['ce_type']?.slice(0, longestName) ?? null,
    key: message.key === '' ? null : message.key.slice(0, longestName),
    at: timestampOf(time),
    attempts: Number.isInteger(attempts) ? attempts : 0,
    reason: withoutMailAddresses(error),
    payload: payloadOf(message.topic, message.value),
    traceId: traceIdOf(message.headers['traceparent']) ?? null,
  };
}

/**
 * One page, the newest first: `load` is asked for the letters that are on it, and for one more.
 * @throws AppError INVALID_INPUT for a cursor that is none.
 */
export async function pageOf(
  entries: readonly DeadLetterEntry[],
  first: number,
  after: string | null,
  load: (ids: readonly string[]) => Promise<readonly Letter[]>,
): Promise<Connection<DeadLetter>> {
  const placed = entries.map(({ id, time }): Place => [timestampOf(time).toISOString(), id]).sort((one, other) => compare(other, one));
  const end = after === null ? null : decodeCursor(after, ['moment', 'id']);
  const rest = end === null ? placed : placed.filter((place) => compare(place, end) < 0);
  const ids = rest.slice(0, first + 1).map(([, id]) => id);
  const byId = new Map((await load(ids)).map((letter) => [letter.id, letter]));
  const shown = ids.flatMap((id) => byId.get(id) ?? []).map(toView);
  return toConnection(shown, first, after, entries.length, (letter) => encodeCursor([letter.at.toISOString(), letter.id]));
}

type Place = readonly [time: string, id: string];

/** When the consumer gave it up; 1970 when the header is not a time that a cursor can hold. */
function timestampOf(time: string): Date {
  const at = new Date(time);
  return isTimestampMs(at.getTime()) ? at : new Date(0);
}

function compare([time, id]: Place, [otherTime, otherId]: Place): number {
  if (time !== otherTime) return time < otherTime ? -1 : 1;
  if (id !== otherId) return id < otherId ? -1 : 1;
  return 0;
}

/** Fields of events about accounts that say nothing of a person; whatever else there is, known or not, is left out. */
const harmless = new Set(['userId', 'version', 'expiresAt', 'role']);
const leftOut = '(left out)';

/** The limit of what is shown of one letter: a page has many. */
const longestPayload = 50_000;
const longestName = 200;

/** Bytes that are no text are shown as far as they are; what is too long or too deeply nested, as plain text. */
function payloadOf(topic: Letter['message']['topic'], value: string | null): string {
  const isOfAccounts = topic === 'accounts' || topic === 'password-resets';
  const text = value ?? '';
  const shown = text.length <= longestPayload ? readable(value, isOfAccounts) : undefined;
  if (shown !== undefined && shown.length <= longestPayload) return shown;
  return JSON.stringify(isOfAccounts ? leftOut : shortened(withoutMailAddresses(text)));
}

function shortened(text: string): string {
  return text.length <= longestPayload ? text : `${text.slice(0, longestPayload)}…`;
}

/** Undefined for what is not JSON, or is nested too deep to be written again. */
function readable(value: string | null, isOfAccounts: boolean): string | undefined {
  try {
    const data: unknown = JSON.parse(value ?? 'null');
    return JSON.stringify(isOfAccounts ? withoutPeople(data) : data, (_, inner: unknown) =>
      typeof inner === 'string' ? withoutMailAddresses(inner) : inner,
    );
  } catch {
    return undefined;
  }
}

function withoutPeople(data: unknown): unknown {
  if (data === null) return null;
  if (typeof data !== 'object' || Array.isArray(data)) return leftOut;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, harmless.has(name) ? plain(value) : leftOut]));
}

/** A harmless field holds a word or a number; anything else is hidden. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? leftOut : value;
}

/** Every run of letters is looked at once, however long it is: what is no mail address is taken whole, and not tried again from its next letter. */
function withoutMailAddresses(text: string): string {
  return text.replaceAll(/[^\s"'<>()@,;:]+(@[^\s"'<>()@,;:]+)?/g, (run, domain?: string) =>
    domain === undefined ? run : '(an e-mail address)',
  );
}
