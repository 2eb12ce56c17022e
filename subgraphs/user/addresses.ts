import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { PostalAddress } from '#platform/address.ts';
import { assertUser, type Identity } from '#platform/auth.ts';
import type { Sql } from '#platform/database.ts';
import { AppError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, invalidInput, parseInput } from '#platform/input.ts';
import { type AccountRow, ownAccount } from './accounts.ts';
import { Account, Address } from './entities.ts';
import { removeAddressInput, saveAddressInput } from './inputs.ts';
import type { UserParts } from './parts.ts';
import { type AddressNotFound, addressNotFound, mostAddresses } from './rules.ts';

export type AddressRow = PostalAddress & { readonly id: string; readonly accountId: string };

/** The places that somebody keeps for their parcels. Orders hold copies of their own, so removing one changes no order. */
export function createAddresses({ database }: UserParts) {
  return {
    async saveAddress(
      identity: Identity,
      input: unknown,
    ): Promise<{ address: AddressRow; user: AccountRow } | AddressNotFound | InvalidInput> {
      const { userId } = assertUser(identity);
      const parsed = parseInput(saveAddressInput, input);
      if (!parsed.ok) return parsed.refusal;
      const { id, place } = parsed.value;
      const saved = await database.unitOfWork(async (em) => {
        const account = await lockAccount(em, userId);
        if (id !== undefined) {
          const known = await em.findOne(Address, { id, account });
          return known ? em.assign(known, place) : addressNotFound;
        }
        return addOnce(em, account, place);
      });
      if ('refusal' in saved) return saved;
      return { address: { id: saved.id, accountId: userId, ...place }, user: await ownAccount(database, userId) };
    },

    /** Removing what is not there, or is somebody else's, is refused alike. */
    async removeAddress(identity: Identity, input: unknown): Promise<{ user: AccountRow } | AddressNotFound | InvalidInput> {
      const { userId } = assertUser(identity);
      const parsed = parseInput(removeAddressInput, input);
      if (!parsed.ok) return parsed.refusal;
      const removed = await database.fork().nativeDelete(Address, { id: parsed.value.id, account: userId });
      return removed === 0 ? addressNotFound : { user: await ownAccount(database, userId) };
    },
  };
}

/** The same request once more, because its answer was lost or the button was pressed twice, adds nothing. */
async function addOnce(em: EntityManager, account: Awaited<ReturnType<typeof lockAccount>>, place: PostalAddress) {
  const kept = await em.find(Address, { account });
  const same = kept.find((one) => placeFields.every((field) => one[field] === place[field]));
  if (same !== undefined) return same;
  if (kept.length >= mostAddresses) {
    return invalidInput([{ field: 'input', message: `You may keep ${mostAddresses} addresses. Remove one first.` }]);
  }
  const added = em.create(Address, { id: newId(), account, ...place });
  em.persist(added);
  return added;
}
const placeFields = [
  'name',
  'line1',
  'line2',
  'city',
  'region',
  'postalCode',
  'country',
  'phone',
] as const satisfies (keyof PostalAddress)[];

/** Makes those who save addresses of one account at the same time wait for each other: the limit holds. */
async function lockAccount(em: EntityManager, userId: string) {
  const account = await em.findOne(Account, userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (account === null) throw new AppError('UNAUTHENTICATED', 'This account is closed.');
  return account;
}

/** The addresses of many accounts in one statement, the oldest first. */
export async function findAddresses(sql: Sql, accountIds: readonly string[]): Promise<AddressRow[]> {
  const { rows } = await sql.query<AddressRow>(
    `SELECT id, account_id AS "accountId", name, line1, line2, city, region, postal_code AS "postalCode", country, phone
     FROM addresses WHERE account_id = ANY($1::uuid[]) ORDER BY id`,
    [accountIds],
  );
  return rows;
}
