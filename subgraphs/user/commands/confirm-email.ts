import type { Identity } from '#platform/auth.ts';
import { confirmAddress } from '../address-claims.ts';
import type { UserDependencies } from '../dependencies.ts';
import { type InvalidToken, invalidEmailLink } from '../errors.ts';

export type ConfirmEmailResult = { confirmed: true } | InvalidToken;

/** The link proves that the caller reads the mails of the address; it opens no session. */
export async function confirmEmail(
  deps: UserDependencies,
  _identity: Identity,
  { token }: { readonly token: string },
): Promise<ConfirmEmailResult> {
  const claim = deps.readEmailLink(token);
  const isTheirs = claim !== null && (await confirmAddress(deps.database, claim, deps.now()));
  return isTheirs ? { confirmed: true } : invalidEmailLink;
}
