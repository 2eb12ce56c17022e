import type { Delivery, EventLog, Subscription } from '#kafka/event-log.ts';
import type { TopicName } from '#kafka/topics.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/logger.ts';

export type EventTailOptions = {
  eventLog: EventLog;
  /** Begins the name of the group. */
  name: string;
  topics: readonly TopicName[];
  handle(delivery: Delivery): void;
  /** Called whenever events may have been missed: each time the group was joined. */
  onJoined(): void;
  logger: Logger;
};

const minFetchIntervalMs = 10;
const retryMs = 1000;

/**
 * New events of some topics, for this process: each process of the gateway is a group of its own, because its subscribers and sessions
 * are. Subscribing is retried until it succeeds.
 */
export class EventTail {
  readonly #options: EventTailOptions;
  readonly #group: string;
  #subscription: Subscription | null = null;
  #isStopped = false;
  #retry: NodeJS.Timeout | undefined;
  readonly #subscribing: Promise<void>;

  constructor(options: EventTailOptions) {
    this.#options = options;
    this.#group = `${options.name}-${newId()}`;
    this.#subscribing = this.#subscribe();
  }

  /** Why no event arrives at the moment, without addresses; null when events arrive. */
  unhealthyReason(): string | null {
    return this.#subscription === null ? 'the event log is not subscribed to yet' : this.#subscription.unhealthyReason();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    await this.#subscribing;
    await this.#subscription?.stop();
  }

  async #subscribe(): Promise<void> {
    const { eventLog, topics, handle, onJoined, logger } = this.#options;
    try {
      this.#subscription = await eventLog.subscribe({
        group: this.#group,
        memberId: this.#group,
        topics,
        from: 'end',
        minFetchIntervalMs,
        handle: async (deliveries) => {
          for (const delivery of deliveries) handle(delivery);
        },
        onJoined,
      });
      if (this.#isStopped) await this.#subscription.stop();
    } catch (error) {
      logger.warn({ error, topics }, 'the event log cannot be subscribed to; it is retried');
      if (!this.#isStopped) this.#retry = setTimeout(() => void this.#subscribe(), retryMs).unref();
    }
  }
}
