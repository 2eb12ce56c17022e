import { setTimeout as sleep } from 'node:timers/promises';
import { type Delivery, type EventLog, isTransient, type Message, type SubscribeOptions, type Subscription } from '../event-log.ts';
import { assertFits } from '../message-limits.ts';
import { openLogFolder } from './folder.ts';
import { createInProcessGroup, type InProcessGroup } from './group.ts';
import { createLogStore, type LogStore } from './store.ts';

export type InProcessLogOptions = {
  /** Where dead letters outlive the process, and where `npm run dead-letters` of another process finds them. */
  folder?: string;
  /** A publish waits until these groups have joined, so that none of them misses events while it starts. */
  groups?: readonly string[];
};

/**
 * The log without Kafka, for one process that holds all services, and for tests. Nothing is stored but dead letters: a publish
 * resolves when every group has handled the messages, so the sender's outbox row is their durability. A group that reads from
 * the beginning is waited for even while it has no members; a transient one ends with its last member.
 */
export function createInProcessLog(options: InProcessLogOptions = {}): EventLog {
  const store = createLogStore();
  const folder = options.folder === undefined ? null : openLogFolder(options.folder);
  const groups = new Map<string, InProcessGroup>();
  const closing = new AbortController();
  folder?.letters().forEach((letter) => void store.append(letter, false));
  const spooled = folder?.watch((messages) => publish(messages));

  async function publish(messages: readonly Message[]): Promise<void> {
    await untilAllAreThere();
    await give(messages);
  }

  async function give(messages: readonly Message[]): Promise<void> {
    closing.signal.throwIfAborted();
    for (const message of messages) assertFits(message);
    const handled = messages.flatMap((message) => {
      const readers = [...groups.values()].filter((group) => group.subscribes(message.topic));
      const delivery = store.append(message, readers.length > 0);
      if (message.topic.endsWith('.dead')) folder?.keep(delivery);
      return readers.map((group) => group.add(delivery));
    });
    // the groups go on with what they were given, whatever becomes of this publish
    await Promise.race([Promise.all(handled), aborted(closing.signal)]);
  }

  async function untilAllAreThere(): Promise<void> {
    while (options.groups?.some((name) => !groups.has(name))) await sleep(10, undefined, { signal: closing.signal });
  }

  async function subscribe(subscriber: SubscribeOptions): Promise<Subscription> {
    closing.signal.throwIfAborted();
    let group = groups.get(subscriber.group);
    if (group === undefined) {
      group = createInProcessGroup();
      groups.set(subscriber.group, group);
    }
    const added = group.listen(subscriber.topics);
    if (subscriber.from === 'beginning') handOver(store, added, group);
    const member = group.join(subscriber);
    const joined = group;
    return {
      unhealthyReason: () => null,
      async stop() {
        await member.leave();
        if (isTransient(subscriber) && joined.isEmpty() && groups.get(subscriber.group) === joined) {
          groups.delete(subscriber.group);
          joined.end();
        }
      },
    };
  }

  return {
    publish,
    report: give,
    subscribe,
    async readEach(topic, onDelivery) {
      for (const delivery of store.all(topic)) onDelivery(delivery);
    },
    readAll: async (topic): Promise<Delivery[]> => store.all(topic),
    lag: async (names) =>
      names.flatMap(
        (group) =>
          groups
            .get(group)
            ?.lag()
            .map((topic) => ({ group, ...topic })) ?? [],
      ),
    unhealthyReason: async () => (closing.signal.aborted ? 'the event log is closed' : null),
    async close() {
      closing.abort(new Error('The event log is closed.'));
      spooled?.stop();
      await Promise.all([...groups.values()].map((group) => group.close()));
    },
  };
}

function handOver(store: LogStore, topics: SubscribeOptions['topics'], group: InProcessGroup): void {
  for (const topic of topics) {
    for (const delivery of store.all(topic)) void group.add(delivery);
    store.handedOver(topic);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
