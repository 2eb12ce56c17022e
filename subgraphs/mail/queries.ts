import { isId } from '#platform/ids.ts';
import type { Sql } from '#platform/postgres/database.ts';
import type { MailKind } from './letters.ts';

export type MailStatus = 'WAITING_FOR_ADDRESS' | 'QUEUED' | 'SENT' | 'SKIPPED' | 'FAILED';

export type Mail = {
  readonly id: string;
  /** Null for a mail about an account. */
  readonly orderId: string | null;
  readonly kind: MailKind;
  readonly status: MailStatus;
  readonly recipient: string | null;
  readonly subject: string | null;
  readonly text: string | null;
  readonly queuedAt: Date;
  readonly sentAt: Date | null;
  readonly attempts: number;
  readonly reason: string | null;
};

/** The mails of these orders, one list each, the first one first; all by one statement. What is no id has none. */
export async function readMails(sql: Sql, orderIds: readonly string[]): Promise<Mail[][]> {
  const { rows } = await sql.query<MailRow>(select, [orderIds.filter(isId)]);
  const byOrder = Map.groupBy(rows, (mail) => mail.orderId);
  return orderIds.map((id) => (byOrder.get(id) ?? []).map(toMail));
}

/** The mails that have failed, the newest first: as many as `limit` of those before `before`, and how many there are in all. */
export async function readFailed(
  sql: Sql,
  limit: number,
  before: { at: string; id: string } | null,
): Promise<{ mails: Mail[]; total: number }> {
  const [{ rows }, counted] = await Promise.all([
    sql.query<MailRow>(selectFailed, [before?.at ?? null, before?.id ?? null, limit]),
    sql.query<{ count: number }>(countFailed),
  ]);
  return { mails: rows.map(toMail), total: counted.rows[0]?.count ?? 0 };
}

/** One mail, or null. */
export async function readMail(sql: Sql, id: string): Promise<Mail | null> {
  const { rows } = await sql.query<MailRow>(selectOne, [id]);
  return rows.map(toMail)[0] ?? null;
}

type MailRow = Omit<Mail, 'queuedAt' | 'sentAt'> & { readonly queuedAt: string; readonly sentAt: string | null };

/** What was tried last may have failed with the address of a mail server, which is nobody's business. */
function toMail(row: MailRow): Mail {
  return {
    ...row,
    queuedAt: new Date(row.queuedAt),
    sentAt: row.sentAt === null ? null : new Date(row.sentAt),
    reason: row.reason !== null && networkError.test(row.reason) ? 'The mail server does not answer.' : row.reason,
  };
}

const networkError = /\bE[A-Z]{5,}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b|\[[\da-f:]+\]:\d+/;

const columns =
  'id, order_id AS "orderId", kind, status, recipient, subject, text, created_at AS "queuedAt", sent_at AS "sentAt", attempts, reason';

const selectOne = `SELECT ${columns} FROM mails WHERE id = $1`;

const selectFailed = `
  SELECT ${columns} FROM mails
  WHERE status = 'FAILED' AND ($1::timestamptz IS NULL OR (created_at, id) < ($1::timestamptz, $2::uuid))
  ORDER BY created_at DESC, id DESC LIMIT $3`;
const countFailed = "SELECT count(*)::int AS count FROM mails WHERE status = 'FAILED'";

const select = `
  SELECT ${columns}
  FROM mails WHERE order_id = ANY ($1::uuid[]) ORDER BY created_at, id`;
