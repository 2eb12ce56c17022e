import { z } from 'zod';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import { accountField } from '../account-input.ts';
import { findAccountByLogin, holdUnchanged } from '../accounts.ts';
import { checkPassword } from '../credentials.ts';
import type { Caller, UserDependencies } from '../dependencies.ts';
import { type TooManyAttempts, type WrongCredentials, wrongLogin } from '../errors.ts';
import { rememberPlace } from '../known-places.ts';
import { openSession, type Session } from '../sessions.ts';

const logInInput = z.object({ login: inputField.line(1, 254), password: accountField.anyPassword });

export type LogInResult = { session: Session } | WrongCredentials | TooManyAttempts | InvalidInput;

export async function logIn(deps: UserDependencies, { clientAddress }: Caller, input: unknown): Promise<LogInResult> {
  const parsed = parseInput(logInInput, input);
  if (!parsed.ok) return parsed.error;
  const { login, password } = parsed.value;
  deps.passwords.assertRoom();
  const account = await findAccountByLogin(deps.database, login);
  const checked = await checkPassword(deps, account, login, password, clientAddress);
  if (typeof checked === 'object') return checked;
  if (checked === 'wrong' || account === null) return wrongLogin;
  return deps.database.transaction(async (sql) => {
    const current = await holdUnchanged(sql, account);
    if (current === null) return wrongLogin;
    await rememberPlace(sql, current.id, clientAddress, deps.now());
    return { session: await openSession(deps, sql, current) };
  });
}
