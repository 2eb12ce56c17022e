import { reasonOf } from '#platform/async/retry.ts';
import { TimeoutError, withTimeout } from '#platform/async/timeout.ts';
import { type Identity, isAdmin } from '#platform/auth.ts';
import { isId } from '#platform/ids.ts';
import { assertFirst, type Connection, decodeCursor, encodeCursor, toConnection } from '#platform/pagination.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { isTransientDatabaseError } from '#platform/postgres/errors.ts';
import type { MailDependencies } from './dependencies.ts';
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

/** An admin who looks at an order does not wait longer for its mails than this. */
const answersWithinMs = 1500;

/** The newest first; null unless the caller is an admin, and while the mails cannot be read. @throws AppError INVALID_INPUT for a page that cannot be. */
export async function findFailedMails(
  deps: MailDependencies,
  identity: Identity,
  first: number,
  after: string | null,
): Promise<Connection<Mail> | null> {
  if (!isAdmin(identity)) return null;
  const howMany = assertFirst(first);
  const before = after === null ? null : placeOf(after);
  const read = await unlessAway(deps, () => selectFailed(deps.database, howMany + 1, before));
  return read && toConnection(read.mails, howMany, after, read.total, ({ queuedAt, id }) => encodeCursor([queuedAt.toISOString(), id]));
}

/** One list for each order, the first mail first, or null: unless the caller is an admin, and while the mails cannot be read. */
export async function findMailsOfOrders(
  deps: MailDependencies,
  identity: Identity,
  orderIds: readonly string[],
): Promise<(Mail[] | null)[]> {
  if (!isAdmin(identity)) return orderIds.map(() => null);
  return (await unlessAway(deps, () => selectOfOrders(deps.database, orderIds))) ?? orderIds.map(() => null);
}

/** An order is shown without its mails rather than not at all. */
async function unlessAway<T>({ logger }: MailDependencies, read: () => Promise<T>): Promise<T | null> {
  try {
    return await withTimeout(answersWithinMs, read());
  } catch (error) {
    if (!isAway(error)) throw error;
    logger.warn({ reason: reasonOf(error) }, 'the mails cannot be read');
    return null;
  }
}

function isAway(error: unknown): boolean {
  return isTransientDatabaseError(error) || isNotMigrated(error) || error instanceof TimeoutError;
}

/** It answers before its tables are there, which another process may have to make: undefined table, undefined column, no such database. */
function isNotMigrated(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === '42P01' || code === '42703' || code === '3D000';
}

/** @throws AppError INVALID_INPUT for a cursor that is none. */
function placeOf(cursor: string): { at: string; id: string } {
  const [at, id] = decodeCursor(cursor, ['moment', 'id']);
  return { at, id };
}

/** The mails of these orders, one list each, the first one first; all by one statement. What is no id has none. */
async function selectOfOrders(sql: Sql, orderIds: readonly string[]): Promise<Mail[][]> {
  const { rows } = await sql.query<MailRow>(ofOrdersSql, [orderIds.filter(isId)]);
  const byOrder = Map.groupBy(rows, (mail) => mail.orderId);
  return orderIds.map((id) => (byOrder.get(id) ?? []).map(toMail));
}

/** The mails that have failed, the newest first: as many as `limit` of those before `before`, and how many there are in all. */
async function selectFailed(sql: Sql, limit: number, before: { at: string; id: string } | null): Promise<{ mails: Mail[]; total: number }> {
  const [{ rows }, counted] = await Promise.all([
    sql.query<MailRow>(failedSql, [before?.at ?? null, before?.id ?? null, limit]),
    sql.query<{ count: number }>(countFailedSql),
  ]);
  return { mails: rows.map(toMail), total: counted.rows[0]?.count ?? 0 };
}

/** One mail, or null. */
export async function findMail(sql: Sql, id: string): Promise<Mail | null> {
  const { rows } = await sql.query<MailRow>(mailSql, [id]);
  return rows.map(toMail)[0] ?? null;
}

type MailRow = Omit<Mail, 'queuedAt' | 'sentAt'> & { readonly queuedAt: string; readonly sentAt: string | null };

/** What was tried last may have failed with the address of a mail server, which is not public. */
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

const mailSql = `SELECT ${columns} FROM mails WHERE id = $1`;

const failedSql = `
  SELECT ${columns} FROM mails
  WHERE status = 'FAILED' AND ($1::timestamptz IS NULL OR (created_at, id) < ($1::timestamptz, $2::uuid))
  ORDER BY created_at DESC, id DESC LIMIT $3`;
const countFailedSql = "SELECT count(*)::int AS count FROM mails WHERE status = 'FAILED'";

const ofOrdersSql = `
  SELECT ${columns}
  FROM mails WHERE order_id = ANY ($1::uuid[]) ORDER BY created_at, id`;
