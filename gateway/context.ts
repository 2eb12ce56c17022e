import type { Identity } from '#platform/auth.ts';

/** What the gateway knows of the caller of one operation, over HTTP or a socket. */
export type GatewayContext = {
  readonly identity: Identity;
  /** Equal for callers whom every subgraph answers alike; work that is equal may be done once for all of them. */
  readonly sharingKey: string;
  /** Whose budget of requests this is counted against: an account, or for guests an address. */
  readonly rateKey: string;
};

export function createContext(identity: Identity, clientAddress: string): GatewayContext {
  if (identity.kind === 'guest') return { identity, sharingKey: 'guest', rateKey: `address:${clientAddress}` };
  return { identity, sharingKey: `user:${identity.userId}:${identity.role}`, rateKey: `user:${identity.userId}` };
}
