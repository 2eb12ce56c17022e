import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { z } from 'zod';
import { inputField } from '../input.ts';
import { plainCharacters } from '../text.ts';
import { addressLimits, type PostalAddress, readPostalCode, regionalProblems } from './address.ts';
import { isCountry } from './countries.ts';

const { line } = inputField;
const optionalLine = (max: number) => line(0, max).default('');

/** The fields of an address in an input, to be checked with `checkAddress` and finished with `finishAddress`: what else is wrong depends on the country. */
export const addressFields = {
  name: line(1, addressLimits.name),
  line1: line(1, addressLimits.line1),
  line2: optionalLine(addressLimits.line2),
  city: optionalLine(addressLimits.city),
  region: optionalLine(addressLimits.region),
  postalCode: optionalLine(addressLimits.postalCode),
  country: z.string().trim().toUpperCase().refine(isCountry, 'Write the two letters of a country, as in VN.'),
  phone: optionalLine(addressLimits.phone),
};

const messages = { required: 'An address in this country needs this.', postalCode: 'This is not a postal code of this country.' } as const;

type Written = { [Field in keyof typeof addressFields]: z.output<(typeof addressFields)[Field]> };

/** Adds to `context` what the country finds wrong with an address, beside what is wrong with its fields. */
export function checkAddress(written: Written, context: z.RefinementCtx): void {
  for (const { part, problem } of regionalProblems(written)) context.addIssue({ code: 'custom', path: [part], message: messages[problem] });
  const isNumber = written.phone === '' || readPhone(written.phone, written.country) !== undefined;
  if (!isNumber) context.addIssue({ code: 'custom', path: ['phone'], message: 'This is not a telephone number.' });
}

/** The address of `addressFields` in which nothing is wrong. */
export function finishAddress(written: Written): PostalAddress {
  const { name, line1, line2, city, region, country } = written;
  const phone = readPhone(written.phone, country) ?? null;
  const postalCode = readPostalCode(country, written.postalCode) ?? written.postalCode;
  return { name, line1, line2: line2 || null, city, region: region || null, postalCode, country, phone };
}

/** An address as `saveAddress` and `placeOrder` take it. */
export const addressInput = z.object(addressFields).superRefine(checkAddress).transform(finishAddress);

/** In international form; undefined when the number is invalid. Without a + it is a number of the address's own country. */
function readPhone(text: string, country: string): string | undefined {
  const parsed = parsePhoneNumberFromString(plainCharacters(text), country as CountryCode);
  return parsed?.isValid() ? parsed.formatInternational() : undefined;
}
