import { createFact } from '#kafka/facts.ts';
import { enqueue } from '#kafka/outbox.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import { findAccountByLogin, findTaken, holdUnchanged, insertAccount, publicState, takenFrom } from './accounts.ts';
import { logInInput, registerInput } from './inputs.ts';
import type { UserParts } from './parts.ts';
import {
  type EmailTaken,
  type InvalidToken,
  invalidRefreshToken,
  type TooManyAttempts,
  type UsernameTaken,
  type WrongCredentials,
  wrongLogin,
} from './rules.ts';
import type { Session } from './sessions.ts';

/** Coming and going: register, log in, refresh, log out. */
export function createLogIn(parts: UserParts) {
  const { database, passwords, sessions, credentials, onCommitted } = parts;

  return {
    async register(input: unknown): Promise<{ session: Session } | EmailTaken | UsernameTaken | InvalidInput> {
      const parsed = parseInput(registerInput, input);
      if (!parsed.ok) return parsed.refusal;
      const { email, username, password } = parsed.value;
      passwords.assertRoom();
      const taken = await findTaken(database, email, username);
      if (taken) return taken;
      const passwordHash = await passwords.hash(password);
      try {
        const session = await database.transaction(async (sql) => {
          const account = await insertAccount(sql, { id: newId(), email, username, passwordHash, role: 'CUSTOMER' });
          await enqueue(sql, [createFact('user.registered', account.id, publicState(account))]);
          return sessions.open(sql, account);
        });
        onCommitted();
        return { session };
      } catch (error) {
        return takenFrom(error);
      }
    },

    async logIn(
      input: unknown,
      clientAddress: string | undefined,
    ): Promise<{ session: Session } | WrongCredentials | TooManyAttempts | InvalidInput> {
      const parsed = parseInput(logInInput, input);
      if (!parsed.ok) return parsed.refusal;
      const { login, password } = parsed.value;
      passwords.assertRoom();
      const account = await findAccountByLogin(database, login);
      const checked = await credentials.check(account, login, password, clientAddress);
      if (typeof checked === 'object') return checked;
      if (checked === 'wrong' || account === null) return wrongLogin;
      return database.transaction(async (sql) => {
        const current = await holdUnchanged(sql, account);
        return current ? { session: await sessions.open(sql, current) } : wrongLogin;
      });
    },

    async refreshSession({ refreshToken }: { refreshToken: string }): Promise<{ session: Session } | InvalidToken> {
      const refreshed = await sessions.refresh(refreshToken);
      return 'refusal' in refreshed ? refreshed : { session: refreshed };
    },

    async logOut({ refreshToken }: { refreshToken: string }): Promise<{ loggedOut: true } | InvalidToken> {
      return (await sessions.end(refreshToken)) ? { loggedOut: true } : invalidRefreshToken;
    },
  };
}
