import type { Delivery, EventLog, Subscription } from '#kafka/event-log.ts';
import { readEvent } from '#kafka/events.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/logger.ts';
import type { EndedSessions } from './ended-sessions.ts';

export type SessionFeed = {
  /** Why no event arrives at the moment, and the issuer is asked every second instead; null when events arrive, or where there is no event log. */
  unhealthyReason(): string | null;
  stop(): Promise<void>;
};

export type SessionFeedOptions = {
  /** Null where there is none: the issuer of the tokens is asked every second instead. */
  eventLog: EventLog | null;
  ended: EndedSessions;
  logger: Logger;
};

const minFetchIntervalMs = 10;
const retryMs = 1000;
/** With an event log, too, the issuer is asked now and then: an event that was lost is made up for within a minute. */
const reloadMs = 30_000;

/**
 * Keeps `ended` up to date: by events, within milliseconds; and by querying the issuer, when this process has just started to read them, every
 * second while it has lost touch with the topic, and every half minute. Each process of the gateway is a group of its own.
 */
export function startSessionFeed({ eventLog, ended, logger }: SessionFeedOptions): SessionFeed {
  const group = `gateway-sessions-${newId()}`;
  let subscription: Subscription | null = null;
  let isInTouch = false;
  let reloadAt = 0;
  let reloading: Promise<void> | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function reload(): void {
    reloadAt = Date.now() + (isInTouch ? reloadMs : retryMs);
    reloading ??= ended.reload().finally(() => {
      reloading = null;
    });
  }

  function handle(delivery: Delivery): void {
    if (delivery.headers['ce_type'] !== 'user.sessions-ended') return;
    try {
      const event = readEvent(delivery);
      if (event.type === 'user.sessions-ended') ended.end(event.data.sessionIds, new Date(event.data.until));
    } catch (error) {
      const { topic, partition, offset } = delivery;
      logger.error({ error, topic, partition, offset }, 'an event of ended sessions cannot be read; the issuer is asked instead');
      reload();
    }
  }

  async function subscribe(log: EventLog): Promise<void> {
    try {
      subscription = await log.subscribe({
        group,
        memberId: group,
        topics: ['sessions'],
        from: 'end',
        minFetchIntervalMs,
        handle: async (deliveries) => {
          for (const delivery of deliveries) handle(delivery);
        },
        onJoined() {
          isInTouch = true;
          reload();
        },
      });
      if (stopped) await subscription.stop();
    } catch (error) {
      logger.warn({ error }, 'the topic of sessions cannot be subscribed to; it is retried');
      if (!stopped) timer = setTimeout(() => void subscribe(log), retryMs).unref();
    }
  }

  const unhealthyReason = () => (subscription === null ? 'the topic of sessions is not subscribed to yet' : subscription.unhealthyReason());

  /** What ended while no event arrived is asked for at once, and again every second. */
  function notice(): void {
    const reason = unhealthyReason();
    if ((reason === null) === isInTouch) return;
    isInTouch = reason === null;
    if (isInTouch) logger.info('events of ended sessions arrive again');
    else logger.warn({ reason }, 'events of ended sessions do not arrive; the issuer is asked every second until they do');
    reload();
  }

  reload();
  const subscribing = eventLog === null ? Promise.resolve() : subscribe(eventLog);
  const ticking = setInterval(() => {
    if (eventLog !== null) notice();
    if (Date.now() >= reloadAt) reload();
  }, retryMs / 2).unref();
  return {
    unhealthyReason: () => (eventLog === null ? null : unhealthyReason()),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      clearInterval(ticking);
      await subscribing;
      await Promise.all([subscription?.stop(), reloading]);
    },
  };
}
