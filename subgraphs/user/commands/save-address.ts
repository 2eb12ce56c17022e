import type { EntityManager } from '@mikro-orm/postgresql';
import { z } from 'zod';
import type { PostalAddress } from '#platform/address/address.ts';
import { addressFields, checkAddress, finishAddress } from '#platform/address/address-input.ts';
import { assertUser, type Identity } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, inputField, invalidInput, parseInput } from '#platform/input.ts';
import { type AccountRow, ownAccount } from '../accounts.ts';
import type { UserDependencies } from '../dependencies.ts';
import { mostAddresses } from '../domain.ts';
import { Address } from '../entities.ts';
import { type AddressChanged, type AddressNotFound, addressChanged, addressNotFound } from '../errors.ts';
import {
  type AddressRow,
  isOverwriting,
  type KeptPlace,
  type LockedAccount,
  lockAccount,
  toAddressRow,
  versionField,
} from '../kept-addresses.ts';

export const saveAddressInput = z
  .object({ id: inputField.id().optional(), expectedVersion: versionField(), ...addressFields })
  .superRefine(checkAddress)
  .transform(({ id, expectedVersion, ...written }) => ({ id, expectedVersion, place: finishAddress(written) }));

export type SaveAddressResult = { address: AddressRow; user: AccountRow } | AddressNotFound | AddressChanged | InvalidInput;

/** Adds an address, or changes the one with the id. @throws AppError UNAUTHENTICATED for a guest. */
export async function saveAddress(deps: UserDependencies, identity: Identity, input: unknown): Promise<SaveAddressResult> {
  const { userId } = assertUser(identity);
  const parsed = parseInput(saveAddressInput, input);
  if (!parsed.ok) return parsed.error;
  const { id, expectedVersion, place } = parsed.value;
  const saved = await deps.database.unitOfWork(async (em) => {
    const account = await lockAccount(em, userId);
    return id === undefined ? addOnce(em, account, place) : change(em, account, { id, expectedVersion, place });
  });
  if ('__typename' in saved) return saved;
  return { address: saved, user: await ownAccount(deps.database, userId) };
}

type Change = { readonly id: string; readonly expectedVersion: number | undefined; readonly place: PostalAddress };

async function change(em: EntityManager, account: LockedAccount, { id, expectedVersion, place }: Change) {
  const known = await em.findOne(Address, { id, account });
  if (known === null) return addressNotFound;
  // an input equal to the saved state, as after a lost answer, overwrites nothing
  if (isSamePlace(known, place)) return toAddressRow(known, account.id);
  if (isOverwriting(known, expectedVersion)) return addressChanged(toAddressRow(known, account.id));
  return toAddressRow(em.assign(known, { ...place, version: known.version + 1 }), account.id);
}

/** The same request once more, because its answer was lost or the button was pressed twice, adds nothing. */
async function addOnce(em: EntityManager, account: LockedAccount, place: PostalAddress) {
  const kept = await em.find(Address, { account });
  const same = kept.find((one) => isSamePlace(one, place));
  if (same !== undefined) return toAddressRow(same, account.id);
  if (kept.length >= mostAddresses) {
    return invalidInput([{ field: 'input', message: `You may keep ${mostAddresses} addresses. Remove one first.` }]);
  }
  const added = em.create(Address, { id: newId(), account, version: 1, ...place });
  em.persist(added);
  return toAddressRow(added, account.id);
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
