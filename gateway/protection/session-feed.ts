import type { Delivery, EventLog, Subscription } from '#kafka/event-log.ts';
import { readFact } from '#kafka/facts.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/logger.ts';
import type { EndedSessions } from './ended-sessions.ts';

export type SessionFeedOptions = {
  /** Null where there is none: the issuer of the tokens is asked every second instead. */
  eventLog: EventLog | null;
  ended: EndedSessions;
  logger: Logger;
};

const paceMs = 10;
const retryMs = 1000;
/** With an event log, too, the issuer is asked now and then: an event that was lost is made up for within a minute. */
const reloadMs = 30_000;

/**
 * Keeps `ended` up to date: by events, within milliseconds; and by asking the issuer, when this process has just begun to read them, as
 * long as it does not, and every half minute. Each process of the gateway is a group of its own.
 */
export function startSessionFeed({ eventLog, ended, logger }: SessionFeedOptions): { stop(): Promise<void> } {
  const group = `gateway-sessions-${newId()}`;
  let subscription: Subscription | null = null;
  let hasJoined = false;
  let reloadAt = 0;
  let reloading: Promise<void> | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function reload(): void {
    reloadAt = Date.now() + (hasJoined ? reloadMs : retryMs);
    reloading ??= ended.reload().finally(() => {
      reloading = null;
    });
  }

  function handle(delivery: Delivery): void {
    if (delivery.headers['ce_type'] !== 'user.sessions-ended') return;
    try {
      const event = readFact(delivery);
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
        paceMs,
        handle: async (deliveries) => {
          for (const delivery of deliveries) handle(delivery);
        },
        onJoined() {
          hasJoined = true;
          reload();
        },
      });
      if (stopped) await subscription.stop();
    } catch (error) {
      logger.warn({ error }, 'the topic of sessions cannot be subscribed to; it is retried');
      if (!stopped) timer = setTimeout(() => void subscribe(log), retryMs).unref();
    }
  }

  reload();
  const subscribing = eventLog === null ? Promise.resolve() : subscribe(eventLog);
  const ticking = setInterval(() => {
    if (Date.now() >= reloadAt) reload();
  }, retryMs / 2).unref();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      clearInterval(ticking);
      await subscribing;
      await Promise.all([subscription?.stop(), reloading]);
    },
  };
}
