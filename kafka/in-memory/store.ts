import type { Delivery, Message } from '../event-log.ts';
import { bytesOf, textOf } from '../message-bytes.ts';
import { isTelemetry, topicOf } from '../topics.ts';

/** What the in-process log remembers of a topic that is not compacted, for a group that joins later and for readers. */
const rememberedMessages = 1000;

/** And of what processes report of themselves, until its first reader comes: these messages are large. */
const rememberedReports = 32;

export type LogStore = {
  /** `isRead` when a group has the topic already. */
  append(message: Message, isRead: boolean): Delivery;
  /** Forgets what was kept of a telemetry topic until a reader came. */
  handedOver(topic: Message['topic']): void;
  all(topic: Message['topic']): Delivery[];
};

/** The messages of the in-process log, in memory: compacted topics by key, of the others the last ones. */
export function createLogStore(): LogStore {
  const kept = new Map<string, Delivery[]>();
  const offsets = new Map<string, number>();

  function keepOf(topic: string): Delivery[] {
    let list = kept.get(topic);
    if (list === undefined) {
      list = [];
      kept.set(topic, list);
    }
    return list;
  }

  function place(message: Message): Delivery {
    const partition = partitionOf(message);
    const name = `${message.topic}/${partition}`;
    const offset = offsets.get(name) ?? 0;
    offsets.set(name, offset + 1);
    // by way of its bytes, as Kafka does it
    return { topic: message.topic, ...textOf(bytesOf(message)), partition, offset: String(offset) };
  }

  function compact(list: Delivery[], delivery: Delivery): void {
    const before = list.findIndex((other) => other.key === delivery.key);
    if (before >= 0) list.splice(before, 1);
    if (delivery.value !== null) list.push(delivery);
  }

  return {
    append(message, isRead) {
      const delivery = place(message);
      const ofProcesses = isTelemetry(message.topic);
      if (ofProcesses && isRead) return delivery;
      const list = keepOf(message.topic);
      if (isCompacted(message.topic)) compact(list, delivery);
      else if (list.push(delivery) > (ofProcesses ? rememberedReports : rememberedMessages)) list.shift();
      return delivery;
    },
    handedOver(topic) {
      if (isTelemetry(topic)) kept.delete(topic);
    },
    all: (topic) => [...keepOf(topic)],
  };
}

function isCompacted(topic: Message['topic']): boolean {
  return topicOf(topic).cleanup !== 'delete';
}

function partitionOf({ topic, key }: Message): number {
  const { partitions } = topicOf(topic);
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) | 0;
  return Math.abs(hash) % partitions;
}
