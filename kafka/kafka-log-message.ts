import type { KafkaMessage } from 'kafkajs';
import type { Delivery, Message } from './event-log.ts';

/** A message of kafkajs as one of ours; its bytes are taken for UTF-8. */
export function toDelivery(topic: string, partition: number, message: KafkaMessage): Delivery {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) headers[name] = first.toString();
  }
  return {
    topic: topic as Message['topic'],
    partition,
    offset: message.offset,
    key: message.key?.toString() ?? '',
    headers,
    value: message.value?.toString() ?? null,
  };
}
