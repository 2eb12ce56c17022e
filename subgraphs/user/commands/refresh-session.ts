import type { Identity } from '#platform/auth.ts';
import type { UserDependencies } from '../dependencies.ts';
import type { InvalidToken } from '../errors.ts';
import { type Session, tradeToken } from '../sessions.ts';

export type RefreshSessionResult = { session: Session } | InvalidToken;

export async function refreshSession(
  deps: UserDependencies,
  _identity: Identity,
  { refreshToken }: { readonly refreshToken: string },
): Promise<RefreshSessionResult> {
  const refreshed = await tradeToken(deps, refreshToken);
  return '__typename' in refreshed ? refreshed : { session: refreshed };
}
