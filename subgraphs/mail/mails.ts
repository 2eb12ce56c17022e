import type { Sql } from '#platform/database.ts';
import { isId } from '#platform/ids.ts';

/** As the mailer calls them. */
export type MailKind =
  | 'RECEIPT'
  | 'ORDER_CANCELLED'
  | 'ORDER_SHIPPED'
  | 'ORDER_REFUNDED'
  | 'WELCOME'
  | 'PASSWORD_RESET'
  | 'EMAIL_CHANGED'
  | 'EMAIL_CHANGED_NOTICE';
export type MailStatus = 'WAITING_FOR_ADDRESS' | 'QUEUED' | 'SENT' | 'SKIPPED' | 'FAILED';

export type Mail = {
  readonly id: string;
  readonly orderId: string;
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
  const { rows } = await sql.query<Mail>(select, [orderIds.filter(isId)]);
  const byOrder = Map.groupBy(rows, (mail) => mail.orderId);
  return orderIds.map((id) => (byOrder.get(id) ?? []).map(withoutAddresses));
}

/** What was tried last may have failed with the address of a mail server, which is nobody's business. */
function withoutAddresses(mail: Mail): Mail {
  return mail.reason !== null && networkError.test(mail.reason) ? { ...mail, reason: 'The mail server does not answer.' } : mail;
}

const networkError = /\bE[A-Z]{5,}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b|\[[\da-f:]+\]:\d+/;

export const select = `
  SELECT id, order_id AS "orderId", kind, status, recipient, subject, text, created_at AS "queuedAt", sent_at AS "sentAt", attempts, reason
  FROM mails WHERE order_id = ANY ($1::uuid[]) ORDER BY created_at, id`;
