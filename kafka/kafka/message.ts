import type { KafkaMessage, Message as ToSend } from 'kafkajs';
import type { Delivery, Message } from '../event-log.ts';
import { textOf } from '../message-bytes.ts';
import { headersRead, headersToWrite } from './headers.ts';

/** A message of kafkajs as one of ours. */
export function toDelivery(topic: string, partition: number, message: KafkaMessage): Delivery {
  const bytes = { key: message.key, headers: headersRead(message.headers), value: message.value };
  return { topic: topic as Message['topic'], partition, offset: message.offset, ...textOf(bytes) };
}

/** One of ours as kafkajs sends it. */
export function toKafkaMessage({ key, value, headers, bytes }: Message): ToSend {
  if (bytes === undefined) return { key, value, headers: { ...headers } };
  return { key: bytes.key, value: bytes.value, headers: headersToWrite(bytes.headers) };
}
