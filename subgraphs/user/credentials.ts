import { createEvent, toMessage } from '#kafka/events.ts';
import { outboxRow, outboxRows } from '#kafka/outbox.ts';
import { newId } from '#platform/ids.ts';
import { type AccountRow, publicState } from './accounts.ts';
import { findPause, forgetAttempts, takeAttempt } from './attempts.ts';
import type { UserDependencies } from './dependencies.ts';
import { passwordFromAnywhere, passwordFromHere, pausesOf } from './domain.ts';
import type { TooManyAttempts } from './errors.ts';
import { isKnownPlace } from './known-places.ts';

/**
 * Does the password fit the account? No faster than the limits of `domain.ts` allow for one caller and for the whole world. A login without an account
 * is counted and checked like any other, so that neither the answer nor its timing discloses who has an account. `clientAddress` undefined: every
 * caller counts as one.
 */
export async function checkPassword(
  deps: UserDependencies,
  account: AccountRow | null,
  login: string,
  password: string,
  clientAddress: string | undefined,
): Promise<'right' | 'wrong' | TooManyAttempts> {
  const { database, passwords, failureLimits } = deps;
  passwords.assertRoom();
  const subject = subjectOf(account, login);
  const counted = await countPassword(deps, subject, clientAddress);
  if (isRefusal(counted)) return counted;
  if (await passwords.verify(password, account?.passwordHash ?? null)) {
    await forgetAttempts(database, [hereOf(subject.key, clientAddress), subject.key]);
    return 'right';
  }
  if (counted === failureLimits.maxFailures) await warnOwner(deps, account);
  return 'wrong';
}

/** Its number as one of the whole world's; null where it is not counted as one of those. */
async function countPassword(
  { database, failureLimits, now }: UserDependencies,
  { id, key }: Subject,
  clientAddress: string | undefined,
): Promise<number | null | TooManyAttempts> {
  const fromHere = passwordFromHere(failureLimits);
  const ofCaller = await takeAttempt(database, { key: hereOf(key, clientAddress), limit: fromHere }, now());
  if (typeof ofCaller === 'object') return ofCaller;
  if (await isKnownPlace(database, id, clientAddress, now())) return null;
  // so many of one caller count for the account; each one after them has waited for the pause
  if (ofCaller <= pausesOf(fromHere).length) return takeAttempt(database, { key, limit: passwordFromAnywhere(failureLimits) }, now());
  return findPause(database, key, now());
}

/** To the owner, once a day at most; the same statement where there is none. */
async function warnOwner({ database, failureLimits, wakeRelay }: UserDependencies, account: AccountRow | null): Promise<void> {
  const state = account ? publicState(account) : { userId: newId(), version: 1, email: 'nobody@example.com', username: 'nobody' };
  const { maxFailures: failures, pauseSeconds } = failureLimits;
  const paused = createEvent('user.log-in-paused', state.userId, { ...state, failures, pauseSeconds });
  await database.query(insertForOwner, [outboxRows([toMessage(paused)]), state.userId]);
  wakeRelay();
}

/** The key of the counter: an account with its password, so that a new password resets it everywhere; or a login without an account. */
type Subject = { readonly id: string; readonly key: string };

function subjectOf(account: AccountRow | null, login: string): Subject {
  if (account === null) return { id: login.toLowerCase(), key: `password/${login.toLowerCase()}` };
  return { id: account.id, key: `password/${account.id}/${account.passwordHash}` };
}

const hereOf = (key: string, clientAddress: string | undefined) => `${key}/${clientAddress ?? ''}`;

function isRefusal(counted: number | null | TooManyAttempts): counted is TooManyAttempts {
  return typeof counted === 'object' && counted !== null;
}

const insertForOwner = `
  INSERT INTO outbox (topic, key, headers, value)
  SELECT message.* FROM jsonb_to_recordset($1::jsonb) AS message ${outboxRow}
  WHERE EXISTS (SELECT FROM accounts WHERE id = $2)`;
