import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { PostalAddress } from '#platform/address/address.ts';
import { AppError } from '#platform/errors.ts';
import { inputField } from '#platform/input.ts';
import { Account } from './entities.ts';

/** The saved shipping addresses of a user. Orders hold copies of their own, so removing one changes no order. */
export type AddressRow = PostalAddress & { readonly id: string; readonly accountId: string; readonly version: number };

export const versionField = () => inputField.wholeNumber(1, 2 ** 31 - 1).optional();

export function isOverwriting({ version }: { readonly version: number }, expectedVersion: number | undefined): boolean {
  return expectedVersion !== undefined && expectedVersion !== version;
}

/** An entity whose empty columns were not set yet has none of them. */
export type KeptPlace = Omit<PostalAddress, 'line2' | 'region' | 'phone'> & {
  readonly [Field in 'line2' | 'region' | 'phone']?: string | null | undefined;
};

export function toAddressRow(known: KeptPlace & Pick<AddressRow, 'id' | 'version'>, accountId: string): AddressRow {
  const { id, version, name, line1, line2 = null, city, region = null, postalCode, country, phone = null } = known;
  return { id, accountId, version, name, line1, line2, city, region, postalCode, country, phone };
}

export type LockedAccount = Awaited<ReturnType<typeof lockAccount>>;

/** Makes those who save addresses of one account at the same time wait for each other: the limit holds. */
export async function lockAccount(em: EntityManager, userId: string) {
  const account = await em.findOne(Account, userId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (account === null) throw new AppError('UNAUTHENTICATED', 'This account is closed.');
  return account;
}
