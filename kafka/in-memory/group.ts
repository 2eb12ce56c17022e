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
  return new Group();
}

class Group implements InProcessGroup {
  readonly #topics = new Set<SubscribeOptions['topics'][number]>();
  readonly #queues = new Map<string, Waiting[]>();
  readonly #busy = new Set<string>();
  #members: Member[] = [];

  subscribes(topic: SubscribeOptions['topics'][number]): boolean {
    return this.#topics.has(topic);
  }

  listen(wanted: SubscribeOptions['topics']): SubscribeOptions['topics'] {
    const added = wanted.filter((topic) => !this.#topics.has(topic));
    for (const topic of added) this.#topics.add(topic);
    return added;
  }

  add(delivery: Delivery): Promise<void> {
    const name = `${delivery.topic}/${delivery.partition}`;
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    return new Promise((resolve) => {
      queue.push({ delivery, settle: resolve });
      this.#ringAll();
    });
  }

  join(options: SubscribeOptions): Member {
    const wakeSignal = createWakeSignal();
    const leaving = new AbortController();
    const member: Member = {
      options,
      ring: () => wakeSignal.ring(),
      leave: async () => {
        leaving.abort();
        wakeSignal.ring();
        await working;
        this.#remove(member);
      },
    };
    this.#members.push(member);
    const working = this.#work(member, () => wakeSignal.wait(), leaving.signal);
    this.#rebalance();
    return member;
  }

  isEmpty(): boolean {
    return this.#members.length === 0;
  }

  lag(): Omit<Lag, 'group'>[] {
    return [...this.#topics].map((topic) => {
      const waiting = [...this.#queues].filter(([name]) => name.startsWith(`${topic}/`));
      return { topic, messages: waiting.reduce((sum, [, queue]) => sum + queue.length, 0), members: this.#members.length };
    });
  }

  end(): void {
    for (const queue of this.#queues.values()) for (const { settle } of queue.splice(0)) settle();
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.leave()));
  }

  async #work(member: Member, rung: () => Promise<void>, leaving: AbortSignal): Promise<void> {
    // the first batch waits until the subscriber has its subscription in hand
    await sleep(0);
    while (!leaving.aborted) {
      const taken = this.#take(member);
      if (taken.size === 0) await rung();
      else this.#putBack(taken, await handle(member.options, [...taken.values()].flat(), leaving));
    }
  }

  #take(member: Member): Map<string, Waiting[]> {
    const taken = new Map<string, Waiting[]>();
    let room = longestBatch;
    for (const name of this.#ready(member)) {
      const batch = (this.#queues.get(name) ?? []).slice(0, room);
      if (batch.length === 0) break;
      room -= batch.length;
      taken.set(name, batch);
      this.#busy.add(name);
    }
    return taken;
  }

  /** The partitions that the member may handle now. */
  #ready(member: Member): string[] {
    const place = this.#members.indexOf(member);
    return [...this.#queues]
      .filter(([name, queue]) => queue.length > 0 && !this.#busy.has(name) && numberOf(name) % this.#members.length === place)
      .map(([name]) => name);
  }

  #putBack(taken: Map<string, Waiting[]>, handled: boolean): void {
    for (const [name, batch] of taken) {
      this.#busy.delete(name);
      if (!handled) continue;
      this.#queues.get(name)?.splice(0, batch.length);
      for (const { settle } of batch) settle();
    }
    this.#ringAll();
  }

  #remove(member: Member): void {
    if (!this.#members.includes(member)) return;
    this.#members = this.#members.filter((other) => other !== member);
    this.#rebalance();
  }

  #rebalance(): void {
    for (const { options } of this.#members) setImmediate(() => options.onJoined?.());
    this.#ringAll();
  }

  #ringAll(): void {
    for (const member of this.#members) member.ring();
  }
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
