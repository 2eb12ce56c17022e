import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { PostalAddress } from '#platform/address/address.ts';
import { assertUser, type Identity } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, invalidInput, parseInput } from '#platform/input.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { type AccountRow, ownAccount } from './accounts.ts';
import type { UserDependencies } from './dependencies.ts';
import { type AddressNotFound, addressNotFound, mostAddresses } from './domain.ts';
import { Account, Address } from './entities.ts';
import { removeAddressInput, saveAddressInput } from './inputs.ts';

export type AddressRow = PostalAddress & { readonly id: string; readonly accountId: string; readonly version: number };
/** The address was changed since the caller looked at it. */
export type AddressChanged = { __typename: 'AddressChanged'; code: 'ADDRESS_CHANGED'; message: string; address: AddressRow };

/** The places that somebody keeps for their parcels. Orders hold copies of their own, so removing one changes no order. */
export function createAddresses({ database }: UserDependencies) {
  return {
    async saveAddress(
      identity: Identity,
      input: unknown,
    ): Promise<{ address: AddressRow; user: AccountRow } | AddressNotFound | AddressChanged | InvalidInput> {
      const { userId } = assertUser(identity);
      const parsed = parseInput(saveAddressInput, input);
      if (!parsed.ok) return parsed.error;
      const { id, expectedVersion, place } = parsed.value;
      const saved = await database.unitOfWork(async (em) => {
        const account = await lockAccount(em, userId);
        return id === undefined ? addOnce(em, account, place) : change(em, account, { id, expectedVersion, place });
      });
      if ('__typename' in saved) return saved;
      return { address: saved, user: await ownAccount(database, userId) };
    },

    /** Removing what is not there, or is somebody else's, is refused alike. */
    async removeAddress(
      identity: Identity,
      input: unknown,
    ): Promise<{ user: AccountRow } | AddressNotFound | AddressChanged | InvalidInput> {
      const { userId } = assertUser(identity);
      const parsed = parseInput(removeAddressInput, input);
      if (!parsed.ok) return parsed.error;
      const { id, expectedVersion } = parsed.value;
      const userError = await database.unitOfWork(async (em) => {
        const account = await lockAccount(em, userId);
        const known = await em.findOne(Address, { id, account });
        if (known === null) return addressNotFound;
        if (isOverwriting(known, expectedVersion)) return changedMeanwhile(toRow(known, userId));
        em.remove(known);
        return null;
      });
      return userError ?? { user: await ownAccount(database, userId) };
    },
  };
}

type Change = { readonly id: string; readonly expectedVersion: number | undefined; readonly place: PostalAddress };

async function change(em: EntityManager, account: LockedAccount, { id, expectedVersion, place }: Change) {
  const known = await em.findOne(Address, { id, account });
  if (known === null) return addressNotFound;
  // whoever sends what is there already, as after a lost answer, overwrites nothing
  if (isSamePlace(known, place)) return toRow(known, account.id);
  if (isOverwriting(known, expectedVersion)) return changedMeanwhile(toRow(known, account.id));
  return toRow(em.assign(known, { ...place, version: known.version + 1 }), account.id);
}

function isOverwriting({ version }: { readonly version: number }, expectedVersion: number | undefined): boolean {
  return expectedVersion !== undefined && expectedVersion !== version;
}

/** The same request once more, because its answer was lost or the button was pressed twice, adds nothing. */
async function addOnce(em: EntityManager, account: LockedAccount, place: PostalAddress) {
  const kept = await em.find(Address, { account });
  const same = kept.find((one) => isSamePlace(one, place));
  if (same !== undefined) return toRow(same, account.id);
  if (kept.length >= mostAddresses) {
    return invalidInput([{ field: 'input', message: `You may keep ${mostAddresses} addresses. Remove one first.` }]);
  }
  const added = em.create(Address, { id: newId(), account, version: 1, ...place });
  em.persist(added);
  return toRow(added, account.id);
}

function isSamePlace(one: KeptPlace, other: PostalAddress): boolean {
  return placeFields.every((field) => one[field] === other[field]);
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

/** An entity whose empty columns were not set yet has none of them. */
type KeptPlace = Omit<PostalAddress, 'line2' | 'region' | 'phone'> & {
  readonly [Field in 'line2' | 'region' | 'phone']?: string | null | undefined;
};

function toRow(known: KeptPlace & Pick<AddressRow, 'id' | 'version'>, accountId: string): AddressRow {
  const { id, version, name, line1, line2 = null, city, region = null, postalCode, country, phone = null } = known;
  return { id, accountId, version, name, line1, line2, city, region, postalCode, country, phone };
}

function changedMeanwhile(address: AddressRow): AddressChanged {
  return { __typename: 'AddressChanged', code: 'ADDRESS_CHANGED', message: 'This address was changed meanwhile.', address };
}

type LockedAccount = Awaited<ReturnType<typeof lockAccount>>;

/** Makes those who save addresses of one account at the same time wait for each other: the limit holds. */
async function lockAccount(em: EntityManager, userId: string) {
  const account = await em.findOne(Account, userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (account === null) throw new AppError('UNAUTHENTICATED', 'This account is closed.');
  return account;
}

/** The addresses of many accounts in one statement, the oldest first. */
export async function findAddresses(sql: Sql, accountIds: readonly string[]): Promise<AddressRow[]> {
  const { rows } = await sql.query<AddressRow>(
    `SELECT id, account_id AS "accountId", version, name, line1, line2, city, region, postal_code AS "postalCode", country, phone
     FROM addresses WHERE account_id = ANY($1::uuid[]) ORDER BY id`,
    [accountIds],
  );
  return rows;
}
