import { createHash } from 'node:crypto';
import { newId } from '#platform/ids.ts';
import type { Sql } from '#platform/postgres/database.ts';
import type { MailKind } from './letters.ts';

/** A mail to be written. `recipient` null: to the newest address of the account, whatever it is when the mail is sent. */
export type Draft = {
  readonly event: { readonly id: string; readonly traceparent: string | undefined; readonly data: object };
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
  /** This one included. */
  readonly attempts: number;
  /** It has been tried for a day. */
  readonly isLastAttempt: boolean;
  /** Null when the account is closed. */
  readonly email: string | null;
  readonly username: string | null;
  /** The W3C trace context of its event. */
  readonly traceparent: string | null;
};

/**
 * Puts mails into the queue, in the transaction in which their events are handled: each event makes each kind of mail once.
 * A mail whose address is not known yet waits; one to a closed account is only noted.
 */
export async function queueMails(sql: Sql, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return;
  const rows = drafts.map((draft) => ({
    id: newId(),
    fact_id: draft.event.id,
    kind: draft.kind,
    user_id: draft.userId,
    data: draft.event.data,
    recipient: draft.recipient,
    message_id: messageIdOf(draft),
    traceparent: draft.event.traceparent,
  }));
  await sql.query(insert, [JSON.stringify(rows)]);
}

/**
 * The same for the same mail however often it is sent, so that a mail server or inbox can recognise a repetition.
 * The sender completes it with its domain.
 */
function messageIdOf({ event, kind }: Draft): string {
  return createHash('sha256').update(`${kind}/${event.id}`).digest('hex').slice(0, 40);
}

/** What may be taken: how many, of which at most `perDomain` to the hosts of one domain, and none to those of `exceptDomains`. */
export type Wanted = {
  readonly limit: number;
  readonly perDomain: number;
  readonly exceptDomains: readonly string[];
  /** Whether mails are wanted that were tried before. */
  readonly retries: boolean;
  /** No other process gets them during that time. */
  readonly leaseMs: number;
};

/** Takes mails that are due, those that have waited longest first. */
export async function takeDue(sql: Sql, wanted: Wanted): Promise<DueMail[]> {
  const { limit, perDomain, exceptDomains, retries, leaseMs } = wanted;
  const { rows } = await sql.query<DueMail>(take, [limit, leaseMs, perDomain, exceptDomains, retries]);
  return rows;
}

export type Sent = { id: string; recipient: string; subject: string; text: string | null; html: string | null };

/** The mail server has it. Of a mail to an account that was closed meanwhile only that it was sent is kept. */
export async function noteSent(sql: Sql, sent: Sent): Promise<void> {
  await sql.query(markSent, [sent.id, sent.recipient, sent.subject, sent.text, sent.html]);
}

/**
 * It is not sent: SKIPPED when it is no longer needed, FAILED when the mail server rejects it. The content of a failed one is kept, so that it can
 * be sent again; but for a link to set a password, which is a key.
 */
export async function noteEnded(sql: Sql, id: string, status: 'SKIPPED' | 'FAILED', reason: string): Promise<void> {
  await sql.query(end, [id, status, reason]);
}

/** It is tried again after `delayMs`, or when its day is over. */
export async function notePostponed(sql: Sql, id: string, delayMs: number, reason: string): Promise<void> {
  await sql.query(postpone, [id, delayMs, reason]);
}

/** Queues a mail that has failed once more, with a day of its own. False when there is no such mail, or it cannot be sent again. */
export async function queueAgain(sql: Sql, id: string, userId: string): Promise<boolean> {
  return (await sql.query(requeue, [id, userId])).count > 0;
}

const insert = `
  INSERT INTO mails (id, fact_id, kind, user_id, order_id, data, recipient, message_id, traceparent, status, reason)
  SELECT id, fact_id, kind, draft.user_id, (data ->> 'orderId')::uuid,
    CASE WHEN is_closed THEN NULL ELSE data END,
    CASE WHEN is_closed THEN NULL ELSE recipient END,
    message_id, traceparent,
    CASE WHEN is_closed THEN 'SKIPPED' WHEN is_closed IS NULL THEN 'WAITING_FOR_ADDRESS' ELSE 'QUEUED' END,
    CASE WHEN is_closed THEN 'The account is closed.' END
  FROM jsonb_to_recordset($1::jsonb)
    AS draft (id uuid, fact_id text, kind text, user_id uuid, data jsonb, recipient text, message_id text, traceparent text)
  LEFT JOIN (SELECT user_id, email IS NULL AS is_closed FROM recipients) AS known ON known.user_id = draft.user_id
  ON CONFLICT (fact_id, kind) DO NOTHING`;

const take = `
  WITH candidates AS (
    SELECT mails.id, next_attempt_at, domain
    FROM mails LEFT JOIN recipients ON recipients.user_id = mails.user_id
    CROSS JOIN LATERAL (SELECT lower(split_part(coalesce(mails.recipient, recipients.email, ''), '@', -1)) AS domain) AS host
    WHERE status = 'QUEUED' AND next_attempt_at <= now() AND domain <> ALL ($4::text[]) AND ($5 OR attempts = 0)
    ORDER BY next_attempt_at, mails.id LIMIT 500
  ), ranked AS (
    SELECT id, row_number() OVER (PARTITION BY domain ORDER BY next_attempt_at, id) AS place FROM candidates
  ), due AS (
    SELECT mails.id FROM mails JOIN ranked ON ranked.id = mails.id
    WHERE place <= $3 AND status = 'QUEUED' AND next_attempt_at <= now()
    ORDER BY next_attempt_at, mails.id LIMIT $1 FOR UPDATE OF mails SKIP LOCKED
  ), taken AS (
    UPDATE mails SET next_attempt_at = now() + make_interval(secs => $2::float8 / 1000), attempts = attempts + 1,
      give_up_at = coalesce(give_up_at, now() + interval '1 day')
    FROM due WHERE mails.id = due.id
    RETURNING mails.id, kind, data, message_id, attempts, recipient, user_id, traceparent, give_up_at <= now() AS "isLastAttempt"
  )
  SELECT taken.id, taken.kind, taken.data, taken.message_id AS "messageId", taken.attempts, taken."isLastAttempt", taken.traceparent, recipients.username,
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
  UPDATE mails SET next_attempt_at = least(now() + make_interval(secs => $2::float8 / 1000), give_up_at), reason = $3
  WHERE id = $1 AND status = 'QUEUED'`;

const end = `
  UPDATE mails SET status = $2, reason = $3, data = CASE WHEN $2 = 'FAILED' AND kind <> 'PASSWORD_RESET' THEN data END
  WHERE id = $1 AND status = 'QUEUED'`;

const requeue = `
  UPDATE mails SET status = 'QUEUED', next_attempt_at = now(), give_up_at = NULL, attempts = 0, queued_again_by = $2, queued_again_at = now()
  WHERE id = $1 AND status = 'FAILED' AND data IS NOT NULL`;
