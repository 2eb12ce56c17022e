import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import { z } from 'zod';
import { newId } from '#platform/ids.ts';
import type { Delivery, EventLog, Message } from '../event-log.ts';
import { decodeHeaders, encodeHeaders } from '../message-bytes.ts';
import { type DeadTopicName, deadTopicOf, type TopicName, topicNames } from '../topics.ts';

const topic = z.enum([...topicNames, ...topicNames.map(deadTopicOf)] as [TopicName | DeadTopicName, ...(TopicName | DeadTopicName)[]]);
const base64 = z.string().transform((text) => Buffer.from(text, 'base64'));
const bytes = z.object({ key: base64.nullable(), headers: z.string().transform(decodeHeaders), value: base64.nullable() });
const message = z.object({
  topic,
  key: z.string(),
  headers: z.record(z.string(), z.string()),
  value: z.string().nullable(),
  bytes: bytes.exactOptional(),
});
const letter = message.extend({ partition: z.int(), offset: z.string() });

const lookEveryMs = 500;

export type LogFolder = {
  /** The dead letters that are not replayed yet. */
  letters(): Delivery[];
  keep(letter: Delivery): void;
  /** Leaves messages for the process that holds the log; it publishes them when it sees them, or when it is next started. */
  spool(messages: readonly Message[]): void;
  /** Hands spooled messages to `publish`, and forgets them when it resolves. */
  watch(publish: (messages: readonly Message[]) => Promise<void>): { stop(): void };
};

/**
 * What the in-process log shares with other processes, as files: its dead letters, one JSON line each, and a folder in which
 * another process leaves messages to be published.
 */
export function openLogFolder(folder: string): LogFolder {
  const journal = join(folder, 'dead-letters.jsonl');
  const spool = join(folder, 'to-publish');
  mkdirSync(spool, { recursive: true });
  return {
    letters: () => readLetters(journal),
    keep: (kept) => appendFileSync(journal, `${JSON.stringify(toFile(kept))}\n`),
    spool(messages) {
      const file = join(spool, newId());
      writeFileSync(`${file}.unfinished`, JSON.stringify(messages.map(toFile)));
      renameSync(`${file}.unfinished`, `${file}.json`);
    },
    watch(publish) {
      const stopping = new AbortController();
      publishUntil(stopping.signal, spool, publish).catch(() => undefined);
      return { stop: () => stopping.abort() };
    },
  };
}

/** The same folder seen from another process: dead letters are read from it, messages are left in it to be published. */
export function openSpooledLog(folder: string): EventLog {
  const files = openLogFolder(folder);
  return {
    publish: async (messages) => files.spool(messages),
    report: () => Promise.reject(new Error('Another process holds the event log; only messages are left for it.')),
    async readEach(wanted, onDelivery) {
      for (const kept of files.letters()) if (kept.topic === wanted) onDelivery(kept);
    },
    readAll: async (wanted) => files.letters().filter((kept) => kept.topic === wanted),
    // only the process that holds the log knows its subscribers
    lag: async () => [],
    unhealthyReason: async () => null,
    close: async () => undefined,
    subscribe: () => Promise.reject(new Error('Another process holds the event log; it can only be read from here.')),
  };
}

/** JSON has no bytes: they are base64 in a file. */
function toFile<M extends Message>({ bytes: exact, ...text }: M) {
  if (exact === undefined) return text;
  const { key, headers, value } = exact;
  return {
    ...text,
    bytes: { key: key?.toString('base64') ?? null, headers: encodeHeaders(headers), value: value?.toString('base64') ?? null },
  };
}

function readLetters(journal: string): Delivery[] {
  if (!existsSync(journal)) return [];
  const living = new Map<string, Delivery>();
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    const parsed = readLetter(line);
    if (parsed === null) continue;
    if (parsed.value === null) living.delete(parsed.key);
    else living.set(parsed.key, parsed);
  }
  return [...living.values()];
}

/** Null for a line that a dying process did not finish. */
function readLetter(line: string): Delivery | null {
  try {
    return letter.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

async function publishUntil(signal: AbortSignal, spool: string, publish: (messages: readonly Message[]) => Promise<void>): Promise<void> {
  for await (const _ of setInterval(lookEveryMs, undefined, { ref: false, signal })) {
    // what cannot be published now stays for the next look
    await publishSpooled(spool, publish).catch(() => undefined);
  }
}

async function publishSpooled(spool: string, publish: (messages: readonly Message[]) => Promise<void>): Promise<void> {
  for (const name of readdirSync(spool).sort()) {
    if (!name.endsWith('.json')) continue;
    const file = join(spool, name);
    const messages = readSpooled(file);
    if (messages === null) renameSync(file, `${file}.rejected`);
    else await publish(messages).then(() => rmSync(file));
  }
}

function readSpooled(file: string): Message[] | null {
  try {
    return z.array(message).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
