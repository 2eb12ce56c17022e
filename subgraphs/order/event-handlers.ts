import type { EventView } from '#kafka/contracts.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { eraseOrdersOf, markClosed } from './closed-accounts.ts';
import { type EventThatMoves, recordEvents, type SubscribedEvent } from './recorded-events.ts';
import { saveCustomers } from './search-orders.ts';
import { type Affected, applyTransition, type TransitionDependencies } from './transitions.ts';

/** Events that move orders, all of one type: each moves its order as the checkout has it. */
export async function moveOrders(deps: TransitionDependencies, sql: Sql, events: readonly EventThatMoves[]): Promise<void> {
  const [first] = events;
  if (first !== undefined) await applyTransition(sql, first.type, events.map(toAffected), deps);
}

/** What an event adds to the order that it moves. */
function toAffected(event: EventThatMoves): Affected {
  const { orderId } = event.data;
  if (event.type === 'inventory.reserved') return { orderId, causedBy: event };
  if (event.type === 'payment.succeeded') return { orderId, card: event.data.card, charged: event.data.amount.amount, causedBy: event };
  if (event.type !== 'inventory.reservation-failed') return { orderId, card: event.data.card, causedBy: event };
  const { reason, productIds, shortages = [] } = event.data;
  const failedLines = productIds.map((productId) => {
    const short = shortages.find((one) => one.productId === productId);
    return short ? { productId, available: short.available } : { productId };
  });
  return { orderId, reason, failedLines, causedBy: event };
}

/** Events that move no order: they are recorded for `Order.events`. */
export async function recordOnly(sql: Sql, events: readonly SubscribedEvent[]): Promise<void> {
  await recordEvents(sql, events, []);
}

/** By which names customers are found. */
export async function saveNames(
  sql: Sql,
  events: readonly EventView<'user.registered' | 'user.email-changed', 'userId' | 'version' | 'email' | 'username'>[],
): Promise<void> {
  await saveCustomers(
    sql,
    events.map(({ data: { userId, version, email, username } }) => ({ userId, version, names: `${username} ${email}` })),
  );
}

/** A closed account can place no orders, is not found by its names, and its final orders lose their names and addresses. Its id stays, so that nothing late revives it. */
export async function closeAccounts(sql: Sql, events: readonly EventView<'user.deleted', 'userId' | 'version'>[]): Promise<void> {
  const userIds = events.map(({ data }) => data.userId);
  await markClosed(sql, userIds);
  await saveCustomers(
    sql,
    events.map(({ data: { userId, version } }) => ({ userId, version, names: '' })),
  );
  await eraseOrdersOf(sql, userIds);
}
