/**
 * The codes with which this gateway closes a socket, and what a client does about each. Those of 44xx are the protocol's own
 * (graphql-transport-ws); a graphql-ws client reconnects by itself after all of them except where noted.
 */
export const closeCodes = {
  /** The gateway is going down. Connect again, and subscribe with `sinceVersion`. */
  goingAway: { code: 1001, reason: 'Going away' },
  /** The client took its messages too slowly, or the gateway is full. Connect again later. */
  tooSlow: { code: 1013, reason: 'Too slow: connect again' },
  /** The token could not be verified. Reconnect later. */
  tryAgainLater: { code: 1013, reason: 'The token cannot be checked at the moment: connect again' },
  /** A bug of ours. A graphql-ws client does not try again by itself. */
  internalError: { code: 4500, reason: 'Internal error' },
  /** The access token is not one of this shop's. Log in; a graphql-ws client does not try again by itself. */
  invalidToken: { code: 4401, reason: 'Invalid token' },
  /** The access token has expired, now or before. Renew it, and connect again with the new one. */
  expiredToken: { code: 4403, reason: 'Token expired' },
  /** No message of the protocol, or none that a client may send: a bug of the client. */
  invalidMessage: { code: 4400, reason: 'Invalid message received' },
  /** More messages than a client may send. Connect again later; a graphql-ws client does not try again by itself. */
  tooManyMessages: { code: 4429, reason: 'Too many messages' },
  /** Two operations under one id: a bug of the client. A reason holds 123 bytes at most, so a long id is cut. */
  idInUse: (id: string) => ({ code: 4409, reason: `Subscriber for ${id.slice(0, 20)} already exists` }),
} as const;

/** What the protocol's library closes sockets with besides. */
const ofLibrary = [4004, 4005, 4406, 4408];
const named: ReadonlySet<number> = new Set([
  ...Object.values(closeCodes).flatMap((close) => ('code' in close ? [close.code] : [])),
  closeCodes.idInUse('').code,
  ...ofLibrary,
]);

/** A code as the label of a metric. Clients may close with any of some two thousand, so those of no meaning here are counted together. */
export function labelOfCode(code: number): string {
  return code < 1016 || named.has(code) ? String(code) : 'other';
}

export type CloseCode = { readonly code: number; readonly reason: string };
