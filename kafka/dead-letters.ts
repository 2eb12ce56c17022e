import { type DeadLetter, readDeadLetter, toReplay } from './dead-letter-message.ts';
import type { Delivery, EventLog, Message } from './event-log.ts';
import { tombstone } from './facts.ts';
import { deadTopicOf, topicNames } from './topics.ts';

/** What was given up on and neither replayed nor discarded since, oldest first. Rejects when the log cannot be read. */
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

/** Takes the letter off its topic: nobody wants it. */
export async function discardDeadLetter(log: EventLog, letter: DeadLetter): Promise<void> {
  await log.publish([toTombstone(letter)]);
}

/** The dead letters among what a dead-letter topic holds: each once, without those that a tombstone took back. Oldest first. */
export function readDeadLetters(deliveries: readonly Delivery[]): DeadLetter[] {
  const last = new Map(deliveries.map((delivery) => [delivery.key, delivery]));
  return [...last.values()].flatMap((delivery) => readDeadLetter(delivery) ?? []).sort((one, other) => one.time.localeCompare(other.time));
}

/** Takes a dead letter off its topic: it was replayed, or nobody wants it. */
export function toTombstone({ id, message }: DeadLetter): Message {
  return tombstone(deadTopicOf(message.topic), id);
}
