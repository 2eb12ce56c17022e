import type { EventView } from '#kafka/contracts.ts';
import type { Sql } from '#platform/postgres/database.ts';

type AccountEvent = EventView<
  'user.registered' | 'user.email-changed' | 'user.password-reset-issued' | 'user.log-in-paused',
  'userId' | 'version' | 'email' | 'username'
>;

/** Takes over where people are reached; events that are older than what is known change nothing. Mails that waited for an address go on. */
export async function noteAddresses(sql: Sql, events: readonly AccountEvent[]): Promise<void> {
  await sql.query(upsert, [
    events.map((event) => event.data.userId),
    events.map((event) => event.data.version),
    events.map((event) => event.data.email),
    events.map((event) => event.data.username),
  ]);
  await releaseWaiting(
    sql,
    events.map((event) => event.data.userId),
  );
}

/** Forgets closed accounts: where they were reached, what is not sent yet, and what was. Only the ids stay, so that nothing late revives them. */
export async function forgetAccounts(sql: Sql, events: readonly EventView<'user.deleted', 'userId' | 'version'>[]): Promise<void> {
  const userIds = events.map((event) => event.data.userId);
  await sql.query(upsert, [userIds, events.map((event) => event.data.version), events.map(() => null), events.map(() => null)]);
  await sql.query(eraseMails, [userIds]);
}

/**
 * Lets mails go on whose address has become known. Checkout and accounts are two topics, read in any order, and possibly by two
 * processes at once: neither of two such transactions sees the other, so the sender's sweep asks this for everybody as well.
 */
export async function releaseWaiting(sql: Sql, userIds: readonly string[]): Promise<void> {
  await sql.query(`${release} AND mails.user_id = ANY($1::uuid[])`, [userIds]);
}

export async function releaseAllWaiting(sql: Sql): Promise<void> {
  await sql.query(release);
  await sql.query(giveUpWaiting);
}

const upsert = `
  INSERT INTO recipients (user_id, version, email, username)
  SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[])
  ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, email = excluded.email, username = excluded.username
  WHERE recipients.version < excluded.version`;

const eraseMails = `
  UPDATE mails SET
    reason = CASE WHEN status IN ('QUEUED', 'WAITING_FOR_ADDRESS') THEN 'The account is closed.' ELSE reason END,
    status = CASE WHEN status IN ('QUEUED', 'WAITING_FOR_ADDRESS') THEN 'SKIPPED' ELSE status END,
    data = NULL, recipient = NULL, subject = NULL, text = NULL, html = NULL
  WHERE user_id = ANY($1::uuid[])`;

const release = `
  UPDATE mails SET
    status = CASE WHEN recipients.email IS NULL THEN 'SKIPPED' ELSE 'QUEUED' END,
    reason = CASE WHEN recipients.email IS NULL THEN 'The account is closed.' END,
    data = CASE WHEN recipients.email IS NULL THEN NULL ELSE mails.data END,
    next_attempt_at = now()
  FROM recipients
  WHERE recipients.user_id = mails.user_id AND mails.status = 'WAITING_FOR_ADDRESS'`;

// an account that was closed before this subgraph first read the topic left nothing there to hear
const giveUpWaiting = `
  UPDATE mails SET status = 'SKIPPED', reason = 'No address became known.', data = NULL
  WHERE status = 'WAITING_FOR_ADDRESS' AND created_at < now() - interval '30 days'`;
