import type { Sql } from '#platform/postgres/database.ts';

/** Where an account is reached. `version` is that of the account. */
export type Recipient = { readonly userId: string; readonly version: number; readonly email: string; readonly username: string };

/** Takes over where people are reached; versions that are older than what is known change nothing. Mails that waited for an address go on. */
export async function saveRecipients(sql: Sql, recipients: readonly Recipient[]): Promise<void> {
  await upsertRecipients(sql, recipients);
  await releaseWaiting(
    sql,
    recipients.map(({ userId }) => userId),
  );
}

/** Forgets closed accounts: where they were reached, what is not sent yet, and what was. Only the ids stay, so that nothing late revives them. */
export async function forgetRecipients(sql: Sql, accounts: readonly Pick<Recipient, 'userId' | 'version'>[]): Promise<void> {
  await upsertRecipients(
    sql,
    accounts.map(({ userId, version }) => ({ userId, version, email: null, username: null })),
  );
  await sql.query(eraseMails, [accounts.map(({ userId }) => userId)]);
}

type RecipientRow = { readonly userId: string; readonly version: number; readonly email: string | null; readonly username: string | null };

async function upsertRecipients(sql: Sql, recipients: readonly RecipientRow[]): Promise<void> {
  const rows = recipients.map(({ userId, version, email, username }) => ({ user_id: userId, version, email, username }));
  await sql.query(upsert, [JSON.stringify(rows)]);
}

/**
 * Lets mails go on whose address has become known. Checkout and accounts are two topics, read in any order, and possibly by two
 * processes at once: neither of two such transactions sees the other, so the sender's sweep runs this for all recipients as well.
 */
async function releaseWaiting(sql: Sql, userIds: readonly string[]): Promise<void> {
  await sql.query(`${release} AND mails.user_id = ANY($1::uuid[])`, [userIds]);
}

export async function releaseAllWaiting(sql: Sql): Promise<void> {
  await sql.query(release);
  await sql.query(giveUpWaiting);
}

const upsert = `
  INSERT INTO recipients (user_id, version, email, username)
  SELECT user_id, version, email, username
  FROM jsonb_to_recordset($1::jsonb) AS recipient (user_id uuid, version int, email text, username text)
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

// an account that was closed before this subgraph first read the topic left no event there
const giveUpWaiting = `
  UPDATE mails SET status = 'SKIPPED', reason = 'No address became known.', data = NULL
  WHERE status = 'WAITING_FOR_ADDRESS' AND created_at < now() - interval '30 days'`;
