import { type Identity, isAdmin } from '#platform/auth.ts';
import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { Seal } from '#platform/sealed-text.ts';
import { createAccountChanges } from './account.ts';
import { type AccountRow, accountColumns } from './accounts.ts';
import { type AddressRow, createAddresses, findAddresses } from './addresses.ts';
import { createCredentials } from './credentials.ts';
import type { UserDependencies } from './dependencies.ts';
import type { FailureLimits } from './domain.ts';
import { findEndedSessions } from './ended-sessions.ts';
import { createLogIn } from './log-in.ts';
import { createPasswordChanges } from './password.ts';
import type { Passwords } from './passwords.ts';
import { type AccessTokenSigner, createSessions } from './sessions.ts';

export type UserService = ReturnType<typeof createUserService>;

/** The use cases of accounts. Whoever gets an account back has shown that they may see it. */
export function createUserService(given: {
  database: Database;
  passwords: Passwords;
  signer: AccessTokenSigner;
  seal: Seal;
  failureLimits: FailureLimits;
  readEmailLink: UserDependencies['readEmailLink'];
  clock: () => Date;
  onCommitted: () => void;
  logger: Logger;
}) {
  const { database } = given;
  const deps: UserDependencies = {
    ...given,
    tokenLifetimeMs: given.signer.lifetimeMs,
    sessions: createSessions(given),
    credentials: createCredentials(given),
  };
  return {
    // biome-ignore lint/nursery/noMisusedPromises: an object of functions, which the rule takes for a promise
    ...createLogIn(deps),
    ...createPasswordChanges(deps),
    ...createAccountChanges(deps),
    ...createAddresses(deps),

    /** For each id the account, when there is one and the caller may see it: their own; an admin every one. One statement. */
    async visibleAccounts(identity: Identity, ids: readonly string[]): Promise<(AccountRow | null)[]> {
      const visible = ids.filter((id) => isVisible(identity, id));
      if (visible.length === 0) return ids.map(() => null);
      const { rows } = await database.query<AccountRow>(`SELECT ${accountColumns} FROM accounts WHERE id = ANY($1::uuid[])`, [visible]);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    },

    /** For whoever checks access tokens. */
    endedSessions: async () => ({ sessions: await findEndedSessions(database, given.clock()) }),

    /** For each account id its addresses, in one statement. */
    async addressesOf(accountIds: readonly string[]): Promise<AddressRow[][]> {
      const byAccount = Map.groupBy(await findAddresses(database, accountIds), (address) => address.accountId);
      return accountIds.map((id) => byAccount.get(id) ?? []);
    },
  };
}

function isVisible(identity: Identity, id: string): boolean {
  return isAdmin(identity) || (identity.kind === 'user' && identity.userId === id);
}
