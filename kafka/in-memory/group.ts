import { setTimeout as sleep } from 'node:timers/promises';
import { retry } from '#platform/async/retry.ts';
import { createWakeSignal } from '#platform/async/wake-signal.ts';
import type { Delivery, Lag, SubscribeOptions } from '../event-log.ts';

type Waiting = { delivery: Delivery; settle: () => void };
type Member = { readonly options: SubscribeOptions; ring(): void; leave(): Promise<void> };

export type InProcessGroup = {
  subscribes(topic: SubscribeOptions['topics'][number]): boolean;
  /** Resolves to the topics that are new to the group. */
  listen(topics: SubscribeOptions['topics']): SubscribeOptions['topics'];
  /** Resolves when a member has handled it, or the group has ended. */
  add(delivery: Delivery): Promise<void>;
  join(options: SubscribeOptions): { leave(): Promise<void> };
  isEmpty(): boolean;
  /** What waits on each topic, what is being handled included. */
  lag(): Omit<Lag, 'group'>[];
  /** Drops the remaining messages. */
  end(): void;
  close(): Promise<void>;
};

/** As many as one fetch may bring. */
const longestBatch = 500;

/** One group of the in-process log: its members share the partitions, each partition is handled in order and by one at a time. */
export function createInProcessGroup(): InProcessGroup {
  const topics = new Set<SubscribeOptions['topics'][number]>();
  const queues = new Map<string, Waiting[]>();
  const busy = new Set<string>();
  let members: Member[] = [];

  /** The partitions that the member may handle now. */
  function ready(member: Member): string[] {
    const place = members.indexOf(member);
    return [...queues]
      .filter(([name, queue]) => queue.length > 0 && !busy.has(name) && numberOf(name) % members.length === place)
      .map(([name]) => name);
  }

  function take(member: Member): Map<string, Waiting[]> {
    const taken = new Map<string, Waiting[]>();
    let room = longestBatch;
    for (const name of ready(member)) {
      const batch = (queues.get(name) ?? []).slice(0, room);
      if (batch.length === 0) break;
      room -= batch.length;
      taken.set(name, batch);
      busy.add(name);
    }
    return taken;
  }

  function putBack(taken: Map<string, Waiting[]>, handled: boolean): void {
    for (const [name, batch] of taken) {
      busy.delete(name);
      if (!handled) continue;
      queues.get(name)?.splice(0, batch.length);
      for (const { settle } of batch) settle();
    }
    ringAll();
  }

  function ringAll(): void {
    for (const member of members) member.ring();
  }

  function rebalance(): void {
    for (const { options } of members) setImmediate(() => options.onJoined?.());
    ringAll();
  }

  function join(options: SubscribeOptions): Member {
    const wakeSignal = createWakeSignal();
    const leaving = new AbortController();
    const member: Member = {
      options,
      ring: wakeSignal.ring,
      async leave() {
        leaving.abort();
        wakeSignal.ring();
        await working;
        if (!members.includes(member)) return;
        members = members.filter((other) => other !== member);
        rebalance();
      },
    };
    members.push(member);
    const working = work(member, wakeSignal.wait, leaving.signal);
    rebalance();
    return member;
  }

  async function work(member: Member, rung: () => Promise<void>, leaving: AbortSignal): Promise<void> {
    // the first batch waits until the subscriber has its subscription in hand
    await sleep(0);
    while (!leaving.aborted) {
      const taken = take(member);
      if (taken.size === 0) await rung();
      else putBack(taken, await handle(member.options, [...taken.values()].flat(), leaving));
    }
  }

  return {
    subscribes: (topic) => topics.has(topic),
    listen(wanted) {
      const added = wanted.filter((topic) => !topics.has(topic));
      for (const topic of added) topics.add(topic);
      return added;
    },
    add(delivery) {
      const name = `${delivery.topic}/${delivery.partition}`;
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      return new Promise((resolve) => {
        queue.push({ delivery, settle: resolve });
        ringAll();
      });
    },
    join,
    isEmpty: () => members.length === 0,
    lag: () =>
      [...topics].map((topic) => {
        const waiting = [...queues].filter(([name]) => name.startsWith(`${topic}/`));
        return { topic, messages: waiting.reduce((sum, [, queue]) => sum + queue.length, 0), members: members.length };
      }),
    end() {
      for (const queue of queues.values()) for (const { settle } of queue.splice(0)) settle();
    },
    async close() {
      await Promise.all(members.map((member) => member.leave()));
    },
  };
}

function numberOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('/') + 1));
}

/** At least once: again and again until it is handled. False when the member left before. */
function handle(options: SubscribeOptions, batch: readonly Waiting[], stopping: AbortSignal): Promise<boolean> {
  const deliveries = batch.map(({ delivery }) => delivery);
  const handled = retry(() => options.handle(deliveries), { firstPauseMs: 20, longestPauseMs: 1000, stopping, onFailed: () => true });
  return handled.then(
    () => true,
    () => false,
  );
}
