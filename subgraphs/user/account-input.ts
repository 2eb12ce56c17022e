import { z } from 'zod';
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

/** The fields of an account, each as it must be when it is given. */
export const accountField = { email, username, anyPassword, newPassword } as const;
