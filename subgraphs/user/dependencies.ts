import type { Database } from '#platform/postgres/database.ts';
import type { Seal } from '#platform/sealed-text.ts';
import type { Credentials } from './credentials.ts';
import type { Passwords } from './passwords.ts';
import type { Sessions } from './sessions.ts';

/** What the use cases work with. */
export type UserDependencies = {
  readonly database: Database;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly credentials: Credentials;
  /** For what mail alone is to read. */
  readonly seal: Seal;
  /** How long an access token is good. */
  readonly tokenLifetimeMs: number;
  /** What the link of a mail shows; null for one that is not ours, or too old. */
  readonly readEmailLink: (token: string) => { userId: string; email: string } | null;
  readonly clock: () => Date;
  /** After each commit that enqueued something. */
  readonly onCommitted: () => void;
};
