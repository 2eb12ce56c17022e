/** How fast something may be tried: freely at first, then with pauses that double up to the longest. */
export type AttemptLimit = {
  readonly free: number;
  readonly firstPauseSeconds: number;
  readonly longestPauseSeconds: number;
  /** So long after the last attempt everything is forgotten. */
  readonly forgetAfterSeconds: number;
};

const dayInSeconds = 86_400;

/** How many wrong passwords one account allows, from all addresses together, before the pause, and how long that is. */
export type FailureLimits = { readonly maxFailures: number; readonly pauseSeconds: number };

/**
 * One caller at one account. Ten passwords at once are a family trying to remember; after them each costs twice the time, up to the pause. What is tried after
 * that is no longer counted for the account: one caller alone never makes others wait.
 */
export function passwordFromHere({ pauseSeconds }: FailureLimits): AttemptLimit {
  return { free: 10, firstPauseSeconds: 1, longestPauseSeconds: pauseSeconds, forgetAfterSeconds: dayInSeconds };
}

/**
 * The whole world at one account, but for places that its owner logged in from: stops a guess that comes from a thousand addresses (NIST SP 800-63B, 5.2.2).
 * Then one attempt is left with each pause. Sessions that are open stay open, and a new password by mail makes the slate clean.
 */
export function passwordFromAnywhere({ maxFailures, pauseSeconds }: FailureLimits): AttemptLimit {
  return { free: maxFailures, firstPauseSeconds: pauseSeconds, longestPauseSeconds: pauseSeconds, forgetAfterSeconds: dayInSeconds };
}

/** Mails with a link to one address. Links that were sent before stay valid, so an attacker cannot keep the owner from getting one. */
export const resetMails: AttemptLimit = { free: 3, firstPauseSeconds: 60, longestPauseSeconds: 900, forgetAfterSeconds: 3600 };

/** Mails about claims of one address: the same limit as for password links, and then silently none. */
export const addressMails: AttemptLimit = resetMails;

/** The seconds to wait after the first, second, third … attempt; the last one holds for all that follow. */
export function pausesOf(limit: AttemptLimit): number[] {
  const pauses = Array.from({ length: limit.free - 1 }, () => 0);
  for (let pause = limit.firstPauseSeconds; pause < limit.longestPauseSeconds; pause *= 2) pauses.push(pause);
  return [...pauses, limit.longestPauseSeconds];
}

/** So long after its use a refresh token is taken for a second request of its owner: another tab, or an answer that was lost. */
export const refreshGraceMs = 30_000;

/** A refresh token that was used. `successorUsed`: the one that was given for it was traded, too. */
export type UsedToken = { readonly usedAt: Date; readonly successorUsed: boolean };

/**
 * What a used refresh token means: `again`, its owner is given the same successor; `superseded`, the owner has gone on with the successor,
 * so this request comes too late and gets nothing; `stolen`: no client's own retry takes that long.
 */
export function classifyReuse({ usedAt, successorUsed }: UsedToken, now: Date): 'again' | 'superseded' | 'stolen' {
  if (now.getTime() - usedAt.getTime() >= refreshGraceMs) return 'stolen';
  return successorUsed ? 'superseded' : 'again';
}

/** May `userId` stop being an admin when these accounts are? */
export function canStepDown(userId: string, admins: readonly string[]): boolean {
  return admins.some((admin) => admin !== userId);
}

export const mostAddresses = 20;
