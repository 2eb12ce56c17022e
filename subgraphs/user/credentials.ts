import type { Database } from '#platform/database.ts';
import type { AccountRow } from './accounts.ts';
import { countAttempt, forgetAttempts } from './attempts.ts';
import type { Passwords } from './passwords.ts';
import { passwordFromAnywhere, passwordFromHere, type TooManyAttempts } from './rules.ts';

export type Credentials = ReturnType<typeof createCredentials>;

/** Checks passwords, no faster than the limits of `rules.ts` allow for one caller and for the whole world. */
export function createCredentials(parts: { database: Database; passwords: Passwords; clock: () => Date }) {
  const { database, passwords, clock } = parts;
  return {
    /**
     * Does the password fit the account? A login that nobody has is counted and checked like any other, so that neither the answer nor
     * its time says who has an account. `clientAddress` undefined: every caller counts as one.
     */
    async check(
      account: AccountRow | null,
      login: string,
      password: string,
      clientAddress: string | undefined,
    ): Promise<'right' | 'wrong' | TooManyAttempts> {
      passwords.assertRoom();
      const anywhere = `password/${account?.id ?? login.toLowerCase()}`;
      const here = `${anywhere}/${clientAddress ?? ''}`;
      const tooMany =
        (await countAttempt(database, { key: here, limit: passwordFromHere }, clock())) ??
        (await countAttempt(database, { key: anywhere, limit: passwordFromAnywhere }, clock()));
      if (tooMany) return tooMany;
      if (!(await passwords.verify(password, account?.passwordHash ?? null))) return 'wrong';
      await forgetAttempts(database, [here, anywhere]);
      return 'right';
    },

    /** After a new password by mail: the owner is not to wait for what somebody else tried. */
    forget: (accountId: string) => forgetAttempts(database, [`password/${accountId}`]),
  };
}
