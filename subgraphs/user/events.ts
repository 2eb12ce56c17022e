import type { EventHandler } from '#kafka/consumer.ts';
import type { EventType } from '#kafka/contracts.ts';

/** What this subgraph publishes; each is enqueued in the transaction that makes it true. */
export const publishes = [
  'user.registered',
  'user.email-changed',
  'user.password-reset-issued',
  'user.log-in-paused',
  'user.deleted',
  'user.sessions-ended',
] as const satisfies readonly EventType[];

/** Accounts depend on no other service. */
export function subscribes(): EventHandler[] {
  return [];
}
