import type { Message } from './event-log.ts';
import { topicOf } from './topics.ts';

/** The log will never take this message, however often it is published. */
export class UnpublishableError extends Error {}

/** What the log adds to one message: the head of its batch, and the lengths of its fields. */
const batchBytes = 100;
const headerBytes = 8;

/** How many bytes the message takes on its topic, as a batch of its own; never less than the log will count. */
export function sizeOf({ key, headers, value, bytes }: Message): number {
  const texts =
    bytes === undefined
      ? Object.entries(headers).map(([name, text]) => Buffer.byteLength(name) + Buffer.byteLength(text))
      : bytes.headers.map((header) => header.name.length + (header.value?.length ?? 0));
  const inHeaders = texts.reduce((sum, size) => sum + size + headerBytes, 0);
  return batchBytes + inHeaders + lengthOf(bytes?.key ?? key) + lengthOf(bytes?.value ?? value);
}

/** @throws UnpublishableError for a message that is larger than its topic takes. */
export function assertFits(message: Message): void {
  const [size, most] = [sizeOf(message), topicOf(message.topic).maxMessageBytes];
  if (size > most)
    throw new UnpublishableError(`A message of ${size} bytes is too large for the topic ${message.topic}, which takes ${most}.`);
}

function lengthOf(field: string | Buffer | null): number {
  return field === null ? 0 : Buffer.byteLength(field);
}
