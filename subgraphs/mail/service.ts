import { z } from 'zod';
import { assertAdmin, type Identity, isAdmin } from '#platform/auth.ts';
import { isTransientDatabaseError, type Sql } from '#platform/database.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { Logger } from '#platform/logger.ts';
import { assertFirst, type Connection, decodeCursor, encodeCursor, toConnection } from '#platform/pagination.ts';
import type { MailerClient } from './mailer-client.ts';
import { type Mail, readFailed, readMail, readMails } from './mails.ts';

export type MailNotFailed = { refusal: 'MailNotFailed'; code: 'MAIL_NOT_FAILED'; message: string };
export type SendMailAgainOutcome = { mail: Mail } | MailNotFailed | InvalidInput;

const mailInput = z.object({ id: inputField.id() });

/** What admins see of the mailer's notes. `reader` is on the mailer's own database. */
export function createMailService({ reader, mailer, logger }: { reader: Sql; mailer: MailerClient; logger: Logger }) {
  async function unlessAway<T>(read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      if (!isAway(error)) throw error;
      logger.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the notes of the mailer cannot be read');
      return null;
    }
  }

  return {
    /** Only one that has failed: what the mail server may have taken is never sent twice. @throws AppError UNAVAILABLE, FORBIDDEN, UNAUTHENTICATED */
    async sendMailAgain(identity: Identity, input: unknown): Promise<SendMailAgainOutcome> {
      const { userId } = assertAdmin(identity);
      const parsed = parseInput(mailInput, input);
      if (!parsed.ok) return parsed.refusal;
      const { id } = parsed.value;
      if (!(await mailer.sendAgain(identity, id))) return notFailed;
      logger.info({ userId, mailId: id }, 'a mail is sent again');
      const mail = await readMail(reader, id);
      return mail === null ? notFailed : { mail };
    },

    /** The newest first; null for everybody but admins, and while the notes cannot be read. @throws AppError INVALID_INPUT for a page that cannot be. */
    async failedMails(identity: Identity, first: number, after: string | null): Promise<Connection<Mail> | null> {
      if (!isAdmin(identity)) return null;
      const howMany = assertFirst(first);
      const before = after === null ? null : placeOf(after);
      const read = await unlessAway(() => readFailed(reader, howMany + 1, before));
      return read && toConnection(read.mails, howMany, after, read.total, ({ queuedAt, id }) => encodeCursor([queuedAt.toISOString(), id]));
    },

    /** One list for each order, or null: for everybody but admins, and while the notes cannot be read. */
    async mailsOfOrders(identity: Identity, orderIds: readonly string[]): Promise<(Mail[] | null)[]> {
      if (!isAdmin(identity)) return orderIds.map(() => null);
      return (await unlessAway(() => readMails(reader, orderIds))) ?? orderIds.map(() => null);
    },

    /** Null when the notes can be read, else why not. */
    async problem(): Promise<string | null> {
      try {
        await readMails(reader, []);
        return null;
      } catch (error) {
        return isNotMigrated(error) ? 'the database of the mailer is not migrated yet' : 'the database of the mailer does not answer';
      }
    },
  };
}

const notFailed: MailNotFailed = {
  refusal: 'MailNotFailed',
  code: 'MAIL_NOT_FAILED',
  message: 'There is no such mail that has failed: it was sent, is about to be, or can no longer be written.',
};

export type MailService = ReturnType<typeof createMailService>;

/** @throws AppError INVALID_INPUT for a cursor that is none. */
function placeOf(cursor: string): { at: string; id: string } {
  const [at, id] = decodeCursor(cursor, ['moment', 'id']);
  return { at, id };
}

function isAway(error: unknown): boolean {
  return isTransientDatabaseError(error) || isNotMigrated(error) || isTimeout(error);
}

/** The mailer makes its tables when it starts, which may be after us: undefined table, undefined column, no such database. */
function isNotMigrated(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === '42P01' || code === '42703' || code === '3D000';
}

/** What the driver says when a statement has no answer in time. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'message' in error && error.message === 'Query read timeout';
}
