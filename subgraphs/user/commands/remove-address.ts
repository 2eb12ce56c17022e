import { z } from 'zod';
import { assertUser, type Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import { type AccountRow, ownAccount } from '../accounts.ts';
import type { UserDependencies } from '../dependencies.ts';
import { Address } from '../entities.ts';
import { type AddressChanged, type AddressNotFound, addressChanged, addressNotFound } from '../errors.ts';
import { isOverwriting, lockAccount, toAddressRow, versionField } from '../kept-addresses.ts';

const removeAddressInput = z.object({ id: inputField.id(), expectedVersion: versionField() });

export type RemoveAddressResult = { user: AccountRow } | AddressNotFound | AddressChanged | InvalidInput;

/** A missing address and one of another user are rejected alike. @throws AppError UNAUTHENTICATED for a guest. */
export async function removeAddress(deps: UserDependencies, identity: Identity, input: unknown): Promise<RemoveAddressResult> {
  const { userId } = assertUser(identity);
  const parsed = parseInput(removeAddressInput, input);
  if (!parsed.ok) return parsed.error;
  const { id, expectedVersion } = parsed.value;
  const userError = await deps.database.unitOfWork(async (em) => {
    const account = await lockAccount(em, userId);
    const known = await em.findOne(Address, { id, account });
    if (known === null) return addressNotFound;
    if (isOverwriting(known, expectedVersion)) return addressChanged(toAddressRow(known, userId));
    em.remove(known);
    return null;
  });
  return userError ?? { user: await ownAccount(deps.database, userId) };
}
