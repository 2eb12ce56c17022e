import { createEvent } from '#kafka/events.ts';
import { enqueue } from '#kafka/outbox.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import { findAccountByLogin, holdUnchanged, insertAccount, isUsernameTaken, publicState, takenFrom } from './accounts.ts';
import { confirmAddress, mailForClaim } from './address-claims.ts';
import type { UserDependencies } from './dependencies.ts';
import {
  type InvalidToken,
  invalidEmailLink,
  invalidRefreshToken,
  type TooManyAttempts,
  type UsernameTaken,
  usernameTaken,
  type WrongCredentials,
  wrongLogin,
} from './domain.ts';
import { logInInput, registerInput } from './inputs.ts';
import { rememberPlace } from './known-places.ts';
import type { Session } from './sessions.ts';

/** Coming and going: register, log in, refresh, log out. */
export function createLogIn(deps: UserDependencies) {
  const { database, passwords, sessions, credentials, clock, onCommitted } = deps;

  return {
    /** Answers, and takes as long, whether there is an account with the address or not; the mail to it tells its owner. */
    async register(input: unknown, clientAddress?: string): Promise<{ session: Session } | UsernameTaken | InvalidInput> {
      const parsed = parseInput(registerInput, input);
      if (!parsed.ok) return parsed.error;
      const { email, username, password } = parsed.value;
      passwords.assertRoom();
      if (await isUsernameTaken(database, username)) return usernameTaken;
      const addressMail = await mailForClaim(database, email, clock());
      const passwordHash = await passwords.hash(password);
      try {
        const session = await database.transaction(async (sql) => {
          const account = await insertAccount(sql, {
            id: newId(),
            email,
            emailConfirmedAt: null,
            username,
            passwordHash,
            role: 'CUSTOMER',
          });
          await enqueue(sql, [createEvent('user.registered', account.id, { ...publicState(account), addressMail })]);
          await rememberPlace(sql, account.id, clientAddress, clock());
          return sessions.open(sql, account);
        });
        onCommitted();
        return { session };
      } catch (error) {
        return takenFrom(error);
      }
    },

    /** Whoever has the link of the mail reads the mails of the address; it opens no session. */
    async confirmEmail({ token }: { token: string }): Promise<{ confirmed: true } | InvalidToken> {
      const claim = deps.readEmailLink(token);
      const isTheirs = claim !== null && (await confirmAddress(database, claim, clock()));
      return isTheirs ? { confirmed: true } : invalidEmailLink;
    },

    async logIn(
      input: unknown,
      clientAddress: string | undefined,
    ): Promise<{ session: Session } | WrongCredentials | TooManyAttempts | InvalidInput> {
      const parsed = parseInput(logInInput, input);
      if (!parsed.ok) return parsed.error;
      const { login, password } = parsed.value;
      passwords.assertRoom();
      const account = await findAccountByLogin(database, login);
      const checked = await credentials.check(account, login, password, clientAddress);
      if (typeof checked === 'object') return checked;
      if (checked === 'wrong' || account === null) return wrongLogin;
      return database.transaction(async (sql) => {
        const current = await holdUnchanged(sql, account);
        if (current === null) return wrongLogin;
        await rememberPlace(sql, current.id, clientAddress, clock());
        return { session: await sessions.open(sql, current) };
      });
    },

    async refreshSession({ refreshToken }: { refreshToken: string }): Promise<{ session: Session } | InvalidToken> {
      const refreshed = await sessions.refresh(refreshToken);
      return '__typename' in refreshed ? refreshed : { session: refreshed };
    },

    async logOut({ refreshToken }: { refreshToken: string }): Promise<{ loggedOut: true } | InvalidToken> {
      return (await sessions.end(refreshToken)) ? { loggedOut: true } : invalidRefreshToken;
    },
  };
}
