import type { Identity, Role } from '#platform/auth.ts';
import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { Seal } from '#platform/sealed-text.ts';
import type { FailureLimits } from './domain.ts';
import type { Passwords } from './passwords.ts';

export type AccessTokenSigner = {
  /** How long a token is good. */
  readonly lifetimeMs: number;
  sign(user: { userId: string; role: Role; sessionId: string }): { token: string; expiresAt: Date };
};

/** What commands and queries are given. */
export type UserDependencies = {
  readonly database: Database;
  readonly passwords: Passwords;
  readonly signer: AccessTokenSigner;
  readonly failureLimits: FailureLimits;
  /** For what mail alone is to read. */
  readonly seal: Seal;
  readonly logger: Logger;
  /** What the link of a mail shows; null for one that is not ours, or too old. */
  readEmailLink(token: string): { userId: string; email: string } | null;
  now(): Date;
  /** After a commit that enqueued something. */
  wakeRelay(): void;
};

/** Who asks, and from where: of commands that count attempts. `clientAddress` undefined: every such caller counts as one. */
export type Caller = { readonly identity: Identity; readonly clientAddress?: string | undefined };
