import { z } from 'zod';
import { addressFields, checkAddress, finishAddress } from '#platform/address/address-input.ts';
import { inputField } from '#platform/input.ts';
import { isEasyToGuess, lengthOf, passwordLength, passwordLimits, preparePassword } from '#platform/text.ts';
import { isCommonPassword } from './common-passwords.ts';

// RFC 5321 as people have it: a dot-atom of ASCII, then a domain with a top level of letters; international domains in their ASCII form
const emailPattern =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i;

const email = z
  .string()
  .trim()
  .max(254, 'Write at most 254 characters.')
  .refine((text) => text.length > 254 || isEmail(text), 'This is not an e-mail address.');

function isEmail(text: string): boolean {
  return text.indexOf('@') <= 64 && emailPattern.test(text);
}

const username = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9._-]{3,30}$/, 'Write 3 to 30 letters, digits, dots, hyphens and underscores.');

/** One that is there already: it was accepted once, perhaps counted otherwise. */
const anyPassword = z
  .string()
  .overwrite(preparePassword)
  .refine((text) => text !== '', 'Write the password.')
  .refine((text) => lengthOf(text) <= 5 * passwordLimits.max, 'This is too long for a password.');

const newPassword = z
  .string()
  .refine((text) => passwordLength(text) >= passwordLimits.min, `Write at least ${passwordLimits.min} characters.`)
  .overwrite(preparePassword)
  .refine((text) => lengthOf(text) <= passwordLimits.max, `Write at most ${passwordLimits.max} characters.`)
  .refine((text) => lengthOf(text) < passwordLimits.min || !isEasyToGuess(text), 'Write something that is not as easy to guess.')
  .refine(
    (text) => lengthOf(text) < passwordLimits.min || !isCommonPassword(text),
    'Many people have this password, so it is tried first. Write another.',
  );

const { line } = inputField;

export const registerInput = z
  .object({ email, username, password: newPassword })
  .refine(({ password, ...names }) => !isNameOf(password, names), {
    path: ['password'],
    message: 'Write something else than your name or address.',
  });

function isNameOf(password: string, names: { email: string; username: string }): boolean {
  return [names.email.toLowerCase(), names.username.toLowerCase()].includes(password.toLowerCase());
}

export const logInInput = z.object({ login: line(1, 254), password: anyPassword });
export const changePasswordInput = z.object({ currentPassword: anyPassword, newPassword });
export const requestPasswordResetInput = z.object({ email });
export const resetPasswordInput = z.object({ token: z.string(), newPassword });
export const changeEmailInput = z.object({ email, password: anyPassword });
const expectedVersion = inputField.wholeNumber(1, 2 ** 31 - 1).optional();
export const saveAddressInput = z
  .object({ id: inputField.id().optional(), expectedVersion, ...addressFields })
  .superRefine(checkAddress)
  .transform(({ id, expectedVersion, ...written }) => ({ id, expectedVersion, place: finishAddress(written) }));
export const removeAddressInput = z.object({ id: inputField.id(), expectedVersion });
export const setUserRoleInput = z.object({ userId: inputField.id(), role: z.enum(['CUSTOMER', 'ADMIN']) });
export const deleteAccountInput = z.object({ password: anyPassword });
