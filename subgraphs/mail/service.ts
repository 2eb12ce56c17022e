import { z } from 'zod';
import { TimeoutError, withTimeout } from '#platform/async/timeout.ts';
import { assertAdmin, type Identity, isAdmin } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { Logger } from '#platform/logger.ts';
import { assertFirst, type Connection, decodeCursor, encodeCursor, toConnection } from '#platform/pagination.ts';
import { type Database, isTransientDatabaseError } from '#platform/postgres/database.ts';
import { queueAgain } from './mails.ts';
import { type Mail, readFailed, readMail, readMails } from './queries.ts';

export type MailNotFailed = { __typename: 'MailNotFailed'; code: 'MAIL_NOT_FAILED'; message: string };
export type SendMailAgainOutcome = { mail: Mail } | MailNotFailed | InvalidInput;

const mailInput = z.object({ id: inputField.id() });

/** An admin who looks at an order does not wait longer for its mails than this. */
const answersWithinMs = 1500;

export type MailServiceOptions = {
  database: Pick<Database, 'query' | 'transaction'>;
  /** A mail was queued, and committed. */
  onQueued(): void;
  logger: Logger;
};

/** What admins see of the mails, and do to them. */
export function createMailService({ database, onQueued, logger }: MailServiceOptions) {
  async function unlessAway<T>(read: () => Promise<T>): Promise<T | null> {
    try {
      return await withTimeout(answersWithinMs, read());
    } catch (error) {
      if (!isAway(error)) throw error;
      logger.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the mails cannot be read');
      return null;
    }
  }

  return {
    /** Only one that has failed: what the mail server may have taken is never sent twice. @throws AppError FORBIDDEN, UNAUTHENTICATED */
    async sendMailAgain(identity: Identity, input: unknown): Promise<SendMailAgainOutcome> {
      const { userId } = assertAdmin(identity);
      const parsed = parseInput(mailInput, input);
      if (!parsed.ok) return parsed.error;
      const { id } = parsed.value;
      // read before it is committed: afterwards the sender may have it already
      const mail = await database.transaction(async (sql) => ((await queueAgain(sql, id, userId)) ? readMail(sql, id) : null));
      if (mail === null) return notFailed;
      logger.info({ userId, mailId: id }, 'a mail that had failed was queued again');
      onQueued();
      return { mail };
    },

    /** The newest first; null for everybody but admins, and while the mails cannot be read. @throws AppError INVALID_INPUT for a page that cannot be. */
    async failedMails(identity: Identity, first: number, after: string | null): Promise<Connection<Mail> | null> {
      if (!isAdmin(identity)) return null;
      const howMany = assertFirst(first);
      const before = after === null ? null : placeOf(after);
      const read = await unlessAway(() => readFailed(database, howMany + 1, before));
      return read && toConnection(read.mails, howMany, after, read.total, ({ queuedAt, id }) => encodeCursor([queuedAt.toISOString(), id]));
    },

    /** One list for each order, or null: for everybody but admins, and while the mails cannot be read. */
    async mailsOfOrders(identity: Identity, orderIds: readonly string[]): Promise<(Mail[] | null)[]> {
      if (!isAdmin(identity)) return orderIds.map(() => null);
      return (await unlessAway(() => readMails(database, orderIds))) ?? orderIds.map(() => null);
    },
  };
}

const notFailed: MailNotFailed = {
  __typename: 'MailNotFailed',
  code: 'MAIL_NOT_FAILED',
  message: 'There is no such mail that has failed: it was sent, is about to be, or can no longer be written.',
};

export type MailService = ReturnType<typeof createMailService>;

/** @throws AppError INVALID_INPUT for a cursor that is none. */
function placeOf(cursor: string): { at: string; id: string } {
  const [at, id] = decodeCursor(cursor, ['moment', 'id']);
  return { at, id };
}

/** An order is shown without its mails rather than not at all. */
function isAway(error: unknown): boolean {
  return isTransientDatabaseError(error) || isNotMigrated(error) || error instanceof TimeoutError;
}

/** It answers before its tables are there, which another process may have to make: undefined table, undefined column, no such database. */
function isNotMigrated(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === '42P01' || code === '42703' || code === '3D000';
}
