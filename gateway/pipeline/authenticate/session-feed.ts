import type { Delivery, EventLog } from '#kafka/event-log.ts';
import { readEvent } from '#kafka/events.ts';
import type { Logger } from '#platform/logger.ts';
import { EventTail } from '../../runtime/event-tail.ts';
import type { EndedSessions } from './ended-sessions.ts';

export type SessionFeedOptions = {
  /** Null where there is none: the issuer of the tokens is asked every second instead. */
  eventLog: EventLog | null;
  ended: EndedSessions;
  logger: Logger;
};

const retryMs = 1000;
/** With an event log, too, the issuer is asked now and then: an event that was lost is made up for within a minute. */
const reloadMs = 30_000;

/**
 * Keeps `ended` up to date: by events, within milliseconds; and by querying the issuer, when this process has just started to read them, every
 * second while no events arrive, and every half minute.
 */
export class SessionFeed {
  readonly #ended: EndedSessions;
  readonly #logger: Logger;
  /** Null without an event log. */
  readonly #tail: EventTail | null;
  readonly #ticking: NodeJS.Timeout;
  #receivesEvents = false;
  #reloadAt = 0;
  #reloading: Promise<void> | null = null;

  constructor({ eventLog, ended, logger }: SessionFeedOptions) {
    this.#ended = ended;
    this.#logger = logger;
    this.#reload();
    this.#tail =
      eventLog &&
      new EventTail({
        eventLog,
        name: 'gateway-sessions',
        topics: ['sessions'],
        handle: (delivery) => this.#handle(delivery),
        onJoined: () => {
          this.#receivesEvents = true;
          this.#reload();
        },
        logger,
      });
    this.#ticking = setInterval(() => this.#tick(), retryMs / 2).unref();
  }

  /** Why no event arrives at the moment, and the issuer is polled every second instead; null when events arrive, or where there is no event log. */
  unhealthyReason(): string | null {
    return this.#tail === null ? null : this.#tail.unhealthyReason();
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    await this.#tail?.stop();
    await this.#reloading;
  }

  #reload(): void {
    this.#reloadAt = Date.now() + (this.#receivesEvents ? reloadMs : retryMs);
    this.#reloading ??= this.#ended.reload().finally(() => {
      this.#reloading = null;
    });
  }

  #handle(delivery: Delivery): void {
    if (delivery.headers['ce_type'] !== 'user.sessions-ended') return;
    try {
      const event = readEvent(delivery);
      if (event.type === 'user.sessions-ended') this.#ended.end(event.data.sessionIds, new Date(event.data.until));
    } catch (error) {
      const { topic, partition, offset } = delivery;
      this.#logger.error({ error, topic, partition, offset }, 'an event of ended sessions cannot be read; the issuer is queried instead');
      this.#reload();
    }
  }

  #tick(): void {
    if (this.#tail !== null) this.#checkEvents(this.#tail.unhealthyReason());
    if (Date.now() >= this.#reloadAt) this.#reload();
  }

  /** Sessions that ended while no event arrived are fetched at once, and again every second. */
  #checkEvents(reason: string | null): void {
    if ((reason === null) === this.#receivesEvents) return;
    this.#receivesEvents = reason === null;
    if (this.#receivesEvents) this.#logger.info('events of ended sessions arrive again');
    else this.#logger.warn({ reason }, 'events of ended sessions do not arrive; the issuer is polled every second until they do');
    this.#reload();
  }
}
