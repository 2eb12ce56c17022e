import { type Identity, isAdmin } from '#platform/auth.ts';
import { isTransientDatabaseError, type Sql } from '#platform/database.ts';
import type { Logger } from '#platform/logger.ts';
import { type Mail, readMails } from './mails.ts';

/** What admins see of the mailer's notes. `reader` is on the mailer's own database. */
export function createMailService({ reader, logger }: { reader: Sql; logger: Logger }) {
  return {
    /** One list for each order, or null: for everybody but admins, and while the notes cannot be read. */
    async mailsOfOrders(identity: Identity, orderIds: readonly string[]): Promise<(Mail[] | null)[]> {
      if (!isAdmin(identity)) return orderIds.map(() => null);
      try {
        return await readMails(reader, orderIds);
      } catch (error) {
        if (!isAway(error)) throw error;
        logger.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the notes of the mailer cannot be read');
        return orderIds.map(() => null);
      }
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

export type MailService = ReturnType<typeof createMailService>;

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
