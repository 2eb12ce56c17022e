import { hasControlCharacters, isEasyToGuess, isOneLine, lengthOf, passwordLimits, preparePassword, tidyText } from '#platform/text.ts';

/** What is wrong with a field; forms/words.ts says it in the language of the visitor. */
export type FieldProblem =
  | 'required'
  | 'email'
  | 'emailTaken'
  | 'username'
  | 'usernameTaken'
  | 'passwordShort'
  | 'passwordLong'
  | 'passwordEasy'
  | 'passwordIsName'
  | 'wrongPassword'
  | 'tooShort'
  | 'tooLong'
  | 'notKept'
  | 'country'
  /** The shop refused it although it looked well here. */
  | 'refused';

export type Values<Field extends string> = Readonly<Record<Field, string>>;
export type Problems<Field extends string> = { readonly [Name in Field]?: FieldProblem };

type Check = (text: string) => FieldProblem | null;

/** Asks every check; a field without a problem is left out. The shop checks again: this is to answer at once, in the visitor's words. */
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
  if (lengthOf(password) < passwordLimits.min) return 'passwordShort';
  if (lengthOf(password) > passwordLimits.max) return 'passwordLong';
  return isEasyToGuess(password) ? 'passwordEasy' : null;
};

/** A new password of somebody with these names. */
export const checkPasswordOf =
  (...names: readonly string[]): Check =>
  (text) =>
    checkNewPassword(text) ??
    (names.some((name) => name.trim() !== '' && name.trim().toLowerCase() === text.toLowerCase()) ? 'passwordIsName' : null);

export const addressFields = ['name', 'line1', 'line2', 'city', 'postalCode', 'country'] as const;
export type AddressField = (typeof addressFields)[number];
export type AddressValues = Values<AddressField>;

const checkLine =
  (min: number, max: number): Check =>
  (text) => {
    const line = tidyText(text);
    if (line === '') return min === 0 ? null : 'required';
    if (hasControlCharacters(line) || !isOneLine(line) || !line.isWellFormed()) return 'notKept';
    if (lengthOf(line) < min) return 'tooShort';
    return lengthOf(line) > max ? 'tooLong' : null;
  };

/** A place that a parcel can go to, as narrow as the strictest part of the shop sees it. */
export function checkAddress(values: AddressValues): Problems<AddressField> {
  return problemsOf(values, {
    name: checkLine(1, 100),
    line1: checkLine(1, 100),
    line2: checkLine(0, 100),
    city: checkLine(1, 100),
    postalCode: checkLine(2, 16),
    country: (code) => (/^[A-Z]{2}$/.test(code) ? null : 'country'),
  });
}

/** As the graph takes it: trimmed, and without an empty second line. */
export function toAddressInput({ line2, ...values }: AddressValues) {
  const trimmed = { name: values.name.trim(), line1: values.line1.trim(), city: values.city.trim(), postalCode: values.postalCode.trim() };
  return { ...trimmed, country: values.country, ...(isBlank(line2) ? {} : { line2: line2.trim() }) };
}

export type AddressInput = ReturnType<typeof toAddressInput>;
