import type { PostalAddress } from '#platform/address/address.ts';
import {
  type AddressField,
  type AddressInput,
  type AddressValues,
  checkAddress,
  type Problems,
  toAddressInput,
  toAddressValues,
} from '../../forms/checks.ts';
import { buyableOf, type LineToBuy } from '../cart/line-notices.ts';
import type { CheckoutField, CheckoutValues } from './draft.ts';

export type Place = PostalAddress & { readonly id: string };

/** Another address than those that are known. */
export const other = 'other';

/** Which address is chosen at first: the one before the reload if it is still there, else the first, else a new one. */
export function firstChoice(places: readonly Place[], kept: string | undefined): string {
  if (kept === other || places.some(({ id }) => id === kept)) return kept ?? other;
  return places[0]?.id ?? other;
}

/** The address that was chosen or written. */
export function chosenAddress(values: CheckoutValues, places: readonly Place[]): AddressValues {
  const place = places.find(({ id }) => id === values.choice);
  return place ? toAddressValues(place) : values;
}

/** What keeps the form from being sent. A saved address may be longer than a label: its problems are those of its fields. */
export function checkCheckout(values: CheckoutValues, places: readonly Place[]): Problems<CheckoutField> {
  const problems: Problems<AddressField> = checkAddress(chosenAddress(values, places));
  return values.method === '' ? { ...problems, method: 'required' } : problems;
}

/** Whether a written address is to be kept, and is not among the known ones already. */
export function isWorthKeeping(values: CheckoutValues, places: readonly Place[]): boolean {
  if (values.choice !== other || values.remember === '') return false;
  const text = textOf(toAddressInput(values));
  return !places.some((place) => textOf(toAddressInput(toAddressValues(place))) === text);
}

const textOf = ({ name, line1, line2, city, region, postalCode, country, phone }: AddressInput) =>
  JSON.stringify([name, line1, line2, city, region, postalCode, country, phone].map((part) => part ?? ''));

/** Whether an order of these lines would be cancelled at once, because something in it cannot be had, or not as much of it. */
export function hasUnavailable(lines: readonly LineToBuy[]): boolean {
  return lines.some((line) => buyableOf(line) < line.quantity);
}
