import type { DomainEvent, EventType } from '#kafka/contracts.ts';
import type { Sql } from '#platform/postgres/database.ts';

/** The last event of each key. */
const lastOfEachKey = (events: readonly DomainEvent[], types: readonly EventType[]): ReadonlyMap<string, DomainEvent> =>
  new Map(events.filter(({ type }) => types.includes(type)).map((event) => [event.key, event]));

const versionOf = ({ data }: DomainEvent): number => ('version' in data ? data.version : 0);

/**
 * Products that were published in a later version than they have. They get its number, since others ignore what is not newer; what changed is to be
 * edited again by people. Stock that is held for orders comes back with the events of these.
 */
export async function productDifferences(sql: Sql, events: readonly DomainEvent[]): Promise<string[]> {
  const types = ['product.created', 'product.updated', 'product.archived', 'product.availability-changed'] as const;
  const published = newestOfEachKey(events.filter(({ type }) => (types as readonly EventType[]).includes(type)));
  const { lost, behind } = await raiseVersions(sql, 'products', published);
  const name = (event: DomainEvent) => ('name' in event.data ? `${event.data.name} (${event.key})` : event.key);
  return [
    ...lost.map((event) => `${name(event)} was added after the backup, and is lost: add it again; carts have it still under its old id`),
    ...behind.map(
      ({ event, version }) =>
        `${name(event)} was published as version ${versionOf(event)}, and is as it was in version ${version}: compare price, name and stock, and edit it`,
    ),
  ];
}

/** Accounts: those that were deleted since are deleted again, without a new event, for everybody else has forgotten them. */
export async function accountDifferences(sql: Sql, events: readonly DomainEvent[]): Promise<string[]> {
  const published = newestOfEachKey(events.filter(({ type }) => type === 'user.registered' || type === 'user.email-changed'));
  const deleted = [...lastOfEachKey(events, ['user.deleted']).keys()];
  const { rows } = await sql.query<{ id: string }>('DELETE FROM accounts WHERE id = ANY($1::uuid[]) RETURNING id', [deleted]);
  const { lost, behind } = await raiseVersions(sql, 'accounts', new Map([...published].filter(([id]) => !deleted.includes(id))));
  return [
    ...rows.map(({ id }) => `the account ${id} was deleted after the backup, and is deleted again`),
    ...lost.map(({ key }) => `the account ${key} was opened after the backup, and is lost: its owner has to register anew`),
    ...behind.map(({ event: { key } }) => `the account ${key} changed its address after the backup, and has the one before: ask its owner`),
  ];
}

const outcomes: Readonly<Partial<Record<EventType, readonly string[]>>> = {
  'payment.succeeded': ['CAPTURED', 'REFUNDED'],
  'payment.failed': ['DECLINED'],
  'payment.refunded': ['REFUNDED'],
};

/** Payments of which more was published than the table knows. The events of their orders are handled again, and the provider charges and refunds an order once. */
export async function paymentDifferences(sql: Sql, events: readonly DomainEvent[]): Promise<string[]> {
  const published = lastOfEachKey(events, ['payment.succeeded', 'payment.failed', 'payment.refunded']);
  const { rows } = await sql.query<{ id: string; status: string }>(
    'SELECT order_id AS id, status FROM payments WHERE order_id = ANY($1::uuid[])',
    [[...published.keys()]],
  );
  const known = new Map(rows.map(({ id, status }) => [id, status]));
  return [...published].flatMap(([id, { type }]) => {
    const status = known.get(id) ?? 'unknown';
    if (outcomes[type]?.includes(status)) return [];
    return [
      `the payment of order ${id} was published as ${type}, and is ${status}: the events of its order lead there again, compare it with the provider's books then`,
    ];
  });
}

function newestOfEachKey(events: readonly DomainEvent[]): Map<string, DomainEvent> {
  const newest = new Map<string, DomainEvent>();
  for (const event of events)
    if (versionOf(event) > versionOf(newest.get(event.key) ?? event) || !newest.has(event.key)) newest.set(event.key, event);
  return newest;
}

async function raiseVersions(sql: Sql, table: 'products' | 'accounts', published: ReadonlyMap<string, DomainEvent>) {
  const { rows } = await sql.query<{ id: string; version: number }>(
    `SELECT id, version FROM ${table} WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
    [[...published.keys()]],
  );
  const known = new Map(rows.map(({ id, version }) => [id, version]));
  const lost = [...published.values()].filter(({ key, type }) => !known.has(key) && type !== 'product.archived');
  const behind = [...published.values()].flatMap((event) => {
    const version = known.get(event.key);
    return version !== undefined && version < versionOf(event) ? [{ event, version }] : [];
  });
  await sql.query(
    `UPDATE ${table} SET version = raised.version FROM jsonb_to_recordset($1::jsonb) AS raised (id uuid, version int) WHERE ${table}.id = raised.id`,
    [JSON.stringify(behind.map(({ event }) => ({ id: event.key, version: versionOf(event) })))],
  );
  return { lost, behind };
}
