import { type Identity, isAdmin } from '#platform/auth.ts';
import { type AccountRow, accountColumns } from './accounts.ts';
import type { UserDependencies } from './dependencies.ts';
import { findEndedSessions } from './ended-sessions.ts';
import type { AddressRow } from './kept-addresses.ts';

/** For each id the account, when there is one and the caller may see it: their own; an admin every one. One statement. */
export async function findVisibleAccounts(
  { database }: UserDependencies,
  identity: Identity,
  ids: readonly string[],
): Promise<(AccountRow | null)[]> {
  const visible = ids.filter((id) => isAdmin(identity) || (identity.kind === 'user' && identity.userId === id));
  if (visible.length === 0) return ids.map(() => null);
  const { rows } = await database.query<AccountRow>(`SELECT ${accountColumns} FROM accounts WHERE id = ANY($1::uuid[])`, [visible]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** For each account id its addresses, the oldest first; in one statement. */
export async function findAddresses({ database }: UserDependencies, accountIds: readonly string[]): Promise<AddressRow[][]> {
  const { rows } = await database.query<AddressRow>(
    `SELECT id, account_id AS "accountId", version, name, line1, line2, city, region, postal_code AS "postalCode", country, phone
     FROM addresses WHERE account_id = ANY($1::uuid[]) ORDER BY id`,
    [accountIds],
  );
  const byAccount = Map.groupBy(rows, (address) => address.accountId);
  return accountIds.map((id) => byAccount.get(id) ?? []);
}

/** For services that check access tokens. */
export async function getEndedSessions({ database, now }: UserDependencies) {
  return { sessions: await findEndedSessions(database, now()) };
}
