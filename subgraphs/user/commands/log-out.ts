import type { Identity } from '#platform/auth.ts';
import type { UserDependencies } from '../dependencies.ts';
import { type InvalidToken, invalidRefreshToken } from '../errors.ts';
import { endSessionOf } from '../sessions.ts';

export type LogOutResult = { loggedOut: true } | InvalidToken;

export async function logOut(
  deps: UserDependencies,
  _identity: Identity,
  { refreshToken }: { readonly refreshToken: string },
): Promise<LogOutResult> {
  return (await endSessionOf(deps, refreshToken)) ? { loggedOut: true } : invalidRefreshToken;
}
