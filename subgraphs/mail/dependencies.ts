import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/postgres/database.ts';

/** What commands and queries are given. */
export type MailDependencies = {
  readonly database: Pick<Database, 'query' | 'transaction'>;
  /** After a commit that queued a mail. */
  wakeSender(): void;
  readonly logger: Logger;
};
