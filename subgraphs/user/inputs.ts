import { z } from 'zod';
import { isCountry } from '#platform/countries.ts';
import { inputField } from '#platform/input.ts';

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

/** The same password whatever keyboard composed its letters (NIST SP 800-63B, 5.1.1.2). */
const anyPassword = z
  .string()
  .min(1, 'Write the password.')
  .max(200, 'Write at most 200 characters.')
  .transform((text) => text.normalize('NFKC'));

const newPassword = z
  .string()
  .min(10, 'Write at least 10 characters.')
  .max(200, 'Write at most 200 characters.')
  .refine((text) => text.length < 10 || new Set(text).size > 3, 'Write something that is not as easy to guess.')
  .transform((text) => text.normalize('NFKC'));

const line = (min: number, max: number) => inputField.text(min, max).regex(/^[^\n\r\t]*$/, 'Write one line.');

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
export const saveAddressInput = z.object({
  id: inputField.id().optional(),
  name: line(1, 100),
  line1: line(1, 200),
  line2: line(0, 200)
    .optional()
    .transform((text) => text || null),
  city: line(1, 100),
  postalCode: line(1, 20),
  country: z
    .string()
    .trim()
    .transform((code) => code.toUpperCase())
    .refine(isCountry, 'Write the two letters of a country, as in VN.'),
});
export const removeAddressInput = z.object({ id: inputField.id() });
export const setUserRoleInput = z.object({ userId: inputField.id(), role: z.enum(['CUSTOMER', 'ADMIN']) });
