import { addressLimits, regionalProblems } from '#platform/address/address.ts';
import { isCountry } from '#platform/address/countries.ts';
import {
  hasControlCharacters,
  isEasyToGuess,
  isOneLine,
  lengthOf,
  passwordLength,
  passwordLimits,
  preparePassword,
  tidyText,
} from '#platform/text.ts';

/** Why a field is not valid; forms/messages.ts has the texts. */
export type FieldProblem =
  | 'required'
  | 'email'
  | 'username'
  | 'usernameTaken'
  | 'passwordShort'
  | 'passwordLong'
  | 'passwordEasy'
  | 'passwordCommon'
  | 'passwordIsName'
  | 'wrongPassword'
  | 'tooLong'
  | 'notKept'
  | 'country'
  | 'postalCode'
  | 'phone'
  /** The shop rejected it although it looked well here. */
  | 'rejected';

export type Values<Field extends string> = Readonly<Record<Field, string>>;
export type Problems<Field extends string> = { readonly [Name in Field]?: FieldProblem };

type Check = (text: string) => FieldProblem | null;

/** Asks every check; a field without a problem is left out. The shop checks again: this is to answer at once, in the visitor's messages. */
export function problemsOf<Field extends string>(values: Values<Field>, checks: Readonly<Record<Field, Check>>): Problems<Field> {
  const found: { [Name in Field]?: FieldProblem } = {};
  for (const field in checks) {
    const problem = checks[field](values[field]);
    if (problem !== null) found[field] = problem;
  }
  return found;
}

export const isFine = (problems: Problems<string>): boolean => Object.keys(problems).length === 0;

const isBlank = (text: string) => tidyText(text) === '';

export const checkGiven: Check = (text) => (isBlank(text) ? 'required' : null);

export const checkEmail: Check = (text) => {
  if (isBlank(text)) return 'required';
  const email = text.trim();
  return email.length <= 254 && /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(email) ? null : 'email';
};

export const checkUsername: Check = (text) => {
  if (isBlank(text)) return 'required';
  return /^[A-Za-z0-9._-]{3,30}$/.test(text.trim()) ? null : 'username';
};

/** A password that is there already: whatever it is, it was accepted once. */
export const checkPassword: Check = (text) => {
  if (text === '') return 'required';
  return lengthOf(preparePassword(text)) > 5 * passwordLimits.max ? 'passwordLong' : null;
};

export const checkNewPassword: Check = (text) => {
  const password = preparePassword(text);
  if (password === '') return 'required';
  if (passwordLength(text) < passwordLimits.min) return 'passwordShort';
  if (lengthOf(password) > passwordLimits.max) return 'passwordLong';
  return isEasyToGuess(password) ? 'passwordEasy' : null;
};

/** A new password of a user with these names. */
export const checkPasswordOf =
  (...names: readonly string[]): Check =>
  (text) =>
    checkNewPassword(text) ??
    (names.some((name) => name.trim() !== '' && name.trim().toLowerCase() === text.toLowerCase()) ? 'passwordIsName' : null);

export const addressFields = ['name', 'line1', 'line2', 'city', 'region', 'postalCode', 'country', 'phone'] as const;
export type AddressField = (typeof addressFields)[number];
export type AddressValues = Values<AddressField>;

const checkLine =
  (min: number, max: number): Check =>
  (text) => {
    const line = tidyText(text);
    if (line === '') return min === 0 ? null : 'required';
    if (hasControlCharacters(line) || !isOneLine(line) || !line.isWellFormed()) return 'notKept';
    return lengthOf(line) > max ? 'tooLong' : null;
  };

const checkCountry: Check = (code) => (isCountry(code) ? null : 'country');

/** A place that a parcel can go to, by the rules of the shop; whether the telephone number can be called only the shop knows. */
export function checkAddress(values: AddressValues): Problems<AddressField> {
  const { name, line1, line2, city, region, postalCode, phone } = addressLimits;
  const found: { [Name in AddressField]?: FieldProblem } = problemsOf(values, {
    name: checkLine(1, name),
    line1: checkLine(1, line1),
    line2: checkLine(0, line2),
    city: checkLine(0, city),
    region: checkLine(0, region),
    postalCode: checkLine(0, postalCode),
    country: checkCountry,
    phone: checkLine(0, phone),
  });
  const regional = {
    country: values.country,
    city: tidyText(values.city),
    region: tidyText(values.region),
    postalCode: tidyText(values.postalCode),
  };
  for (const { part, problem } of regionalProblems(regional)) found[part] ??= problem;
  return found;
}

const optionalFields = ['line2', 'city', 'region', 'postalCode', 'phone'] as const;

/** As the graph takes it: tidy, and without what is empty. */
export function toAddressInput(values: AddressValues) {
  const filled = optionalFields.map((field) => [field, tidyText(values[field])] as const).filter(([, text]) => text !== '');
  const optional: { [Field in (typeof optionalFields)[number]]?: string } = Object.fromEntries(filled);
  return { name: tidyText(values.name), line1: tidyText(values.line1), country: values.country, ...optional };
}

export type AddressInput = ReturnType<typeof toAddressInput>;

/** An address as the graph gives it. */
export type GivenAddress = { readonly [Field in AddressField]: string | null };

/** What stands in the fields of a form for an address that is known. */
export function toAddressValues(address: GivenAddress): AddressValues {
  const { name, line1, line2, city, region, postalCode, country, phone } = address;
  const text = (value: string | null) => value ?? '';
  return {
    name: text(name),
    line1: text(line1),
    line2: text(line2),
    city: text(city),
    region: text(region),
    postalCode: text(postalCode),
    country: text(country),
    phone: text(phone),
  };
}
