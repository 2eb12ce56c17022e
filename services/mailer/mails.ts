import { createHash } from 'node:crypto';
import type { Sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import type { MailKind } from './letters.ts';

/** A mail to be written. `recipient` null: to the newest address of the account, whatever it is when the mail is sent. */
export type Draft = {
  readonly fact: { readonly id: string; readonly data: object };
  readonly kind: MailKind;
  readonly userId: string;
  readonly recipient: string | null;
};

/** One that is due, and in the hands of this process until its lease ends. */
export type DueMail = {
  readonly id: string;
  readonly kind: MailKind;
  readonly data: unknown;
  readonly messageId: string;
  readonly attempts: number;
  readonly rejections: number;
  /** Null when the account is closed. */
  readonly email: string | null;
  readonly username: string | null;
};

/**
 * Puts mails into the queue, in the transaction in which their facts are heard: each fact makes each kind of mail once.
 * A mail whose address is not known yet waits; one to a closed account is only noted.
 */
export async function queueMails(sql: Sql, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return;
  await sql.query(insert, [
    drafts.map(() => newId()),
    drafts.map(({ fact }) => fact.id),
    drafts.map(({ kind }) => kind),
    drafts.map(({ userId }) => userId),
    drafts.map(({ fact }) => JSON.stringify(fact.data)),
    drafts.map(({ recipient }) => recipient),
    drafts.map(messageIdOf),
  ]);
}

/**
 * The same for the same mail however often it is sent, so that a mail server or inbox can tell a repetition.
 * The sender completes it with its domain.
 */
function messageIdOf({ fact, kind }: Draft): string {
  return createHash('sha256').update(`${kind}/${fact.id}`).digest('hex').slice(0, 40);
}

/** Takes at most `limit` mails that are due; for `leaseMs` nobody else gets them. */
export async function takeDue(sql: Sql, limit: number, leaseMs: number): Promise<DueMail[]> {
  const { rows } = await sql.query<DueMail>(take, [limit, leaseMs]);
  return rows;
}

export type Sent = { id: string; recipient: string; subject: string; text: string | null; html: string | null };

/** The mail server has it. Of a mail to an account that was closed meanwhile only that it was sent is kept. */
export async function noteSent(sql: Sql, sent: Sent): Promise<void> {
  await sql.query(markSent, [sent.id, sent.recipient, sent.subject, sent.text, sent.html]);
}

/** It is never sent: SKIPPED when nobody needs it any more, FAILED when the mail server will not have it. */
export async function noteEnded(sql: Sql, id: string, status: 'SKIPPED' | 'FAILED', reason: string): Promise<void> {
  await sql.query("UPDATE mails SET status = $2, reason = $3, data = NULL WHERE id = $1 AND status = 'QUEUED'", [id, status, reason]);
}

/** It is tried again after `delayMs`. */
export async function notePostponed(
  sql: Sql,
  id: string,
  delayMs: number,
  { reason, rejected }: { reason: string; rejected: boolean },
): Promise<void> {
  await sql.query(postpone, [id, delayMs, reason, rejected ? 1 : 0]);
}

const insert = `
  INSERT INTO mails (id, fact_id, kind, user_id, order_id, data, recipient, message_id, status, reason)
  SELECT id, fact_id, kind, draft.user_id, (data ->> 'orderId')::uuid,
    CASE WHEN is_closed THEN NULL ELSE data END,
    CASE WHEN is_closed THEN NULL ELSE recipient END,
    message_id,
    CASE WHEN is_closed THEN 'SKIPPED' WHEN is_closed IS NULL THEN 'WAITING_FOR_ADDRESS' ELSE 'QUEUED' END,
    CASE WHEN is_closed THEN 'The account is closed.' END
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::jsonb[], $6::text[], $7::text[])
    AS draft (id, fact_id, kind, user_id, data, recipient, message_id)
  LEFT JOIN (SELECT user_id, email IS NULL AS is_closed FROM recipients) AS known ON known.user_id = draft.user_id
  ON CONFLICT (fact_id, kind) DO NOTHING`;

const take = `
  WITH due AS (
    SELECT id FROM mails WHERE status = 'QUEUED' AND next_attempt_at <= now()
    ORDER BY next_attempt_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE mails SET next_attempt_at = now() + make_interval(secs => $2::float8 / 1000), attempts = attempts + 1
    FROM due WHERE mails.id = due.id
    RETURNING mails.id, kind, data, message_id, attempts, rejections, recipient, user_id
  )
  SELECT taken.id, taken.kind, taken.data, taken.message_id AS "messageId", taken.attempts, taken.rejections, recipients.username,
    CASE WHEN recipients.email IS NOT NULL THEN coalesce(taken.recipient, recipients.email) END AS email
  FROM taken LEFT JOIN recipients ON recipients.user_id = taken.user_id
  ORDER BY taken.id`;

const markSent = `
  UPDATE mails SET status = 'SENT', sent_at = now(), reason = NULL, data = NULL,
    recipient = CASE WHEN status = 'QUEUED' THEN $2 END,
    subject = CASE WHEN status = 'QUEUED' THEN $3 END,
    text = CASE WHEN status = 'QUEUED' THEN $4 END,
    html = CASE WHEN status = 'QUEUED' THEN $5 END
  WHERE id = $1 AND status <> 'SENT'`;

const postpone = `
  UPDATE mails SET next_attempt_at = now() + make_interval(secs => $2::float8 / 1000), reason = $3, rejections = rejections + $4::int
  WHERE id = $1 AND status = 'QUEUED'`;
