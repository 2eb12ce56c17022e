import { type DeadLetter, readDeadLetter, toReplay } from './dead-letter-message.ts';
import type { Delivery, EventLog, Message } from './event-log.ts';
import { tombstone } from './events.ts';
import { deadTopicOf, topicNames } from './topics.ts';

/** A dead letter without what it holds: of many, no more than this is kept in memory. */
export type DeadLetterEntry = { readonly id: string; readonly time: string };

/** What was given up on and neither replayed nor discarded since, without what it holds; in no order. Rejects when the log cannot be read. */
export async function indexDeadLetters(log: EventLog): Promise<DeadLetterEntry[]> {
  const entries = new Map<string, DeadLetterEntry>();
  await readEachTopic(log, (delivery) => {
    const letter = readDeadLetter(delivery);
    if (letter === null) entries.delete(delivery.key);
    else entries.set(delivery.key, { id: letter.id, time: letter.time });
  });
  return [...entries.values()];
}

/** Those of these ids that are there, whole. Rejects when the log cannot be read. */
export async function findDeadLetters(log: EventLog, ids: readonly string[]): Promise<DeadLetter[]> {
  const wanted = new Set(ids);
  const found = new Map<string, DeadLetter>();
  if (wanted.size === 0) return [];
  await readEachTopic(log, (delivery) => {
    if (!wanted.has(delivery.key)) return;
    const letter = readDeadLetter(delivery);
    if (letter === null) found.delete(delivery.key);
    else found.set(delivery.key, letter);
  });
  return [...found.values()];
}

async function readEachTopic(log: EventLog, onDelivery: (delivery: Delivery) => void): Promise<void> {
  await Promise.all(topicNames.map((topic) => log.readEach(deadTopicOf(topic), onDelivery)));
}

/** All of them whole, oldest first: as much memory as they are, so for a command and not for a service. Rejects when the log cannot be read. */
export async function listDeadLetters(log: EventLog): Promise<DeadLetter[]> {
  const onTopics = await Promise.all(topicNames.map((topic) => log.readAll(deadTopicOf(topic))));
  return readDeadLetters(onTopics.flat());
}

/** Gives the message once more to the consumer that gave up on it, and takes the letter off its topic. Done twice, it has one effect. */
export async function replayDeadLetter(log: EventLog, letter: DeadLetter): Promise<void> {
  // taken off only when it is on its way: a second replay has no second effect, a lost letter would be lost
  await log.publish([toReplay(letter)]);
  await log.publish([toTombstone(letter)]);
}

/** Discards the dead letter: it is deleted from its topic without a replay. */
export async function discardDeadLetter(log: EventLog, letter: DeadLetter): Promise<void> {
  await log.publish([toTombstone(letter)]);
}

/** The dead letters among what a dead-letter topic holds: each once, without those that a tombstone took back. Oldest first. */
export function readDeadLetters(deliveries: readonly Delivery[]): DeadLetter[] {
  const last = new Map(deliveries.map((delivery) => [delivery.key, delivery]));
  return [...last.values()].flatMap((delivery) => readDeadLetter(delivery) ?? []).sort((one, other) => one.time.localeCompare(other.time));
}

/** Deletes a dead letter from its topic after it was replayed or discarded. */
export function toTombstone({ id, message }: DeadLetter): Message {
  return tombstone(deadTopicOf(message.topic), id);
}
