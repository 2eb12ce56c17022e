import type { Identity } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import type { PlannedOperation } from '../supergraph/planning/operation-planner.ts';
import type { Explanation } from '../supergraph/plans/fetch-log.ts';

/** What the gateway knows of the caller of one operation, over HTTP or a socket. */
export type GatewayContext = {
  readonly identity: Identity;
  /** Equal for callers that get the same response from every subgraph; equal work is done once for all of them. */
  readonly dedupKey: string;
  /** Whose budget of requests this is counted against: an account, or for guests an address. */
  readonly rateKey: string;
  /** Where the caller is, for subgraphs that limit attempts by it; no part of who they are. */
  readonly clientAddress?: string;
  /**
   * True for what an event causes: it is never answered with a fetch that was started before, because the fetch may have been
   * answered before the event's own change was saved.
   */
  readonly skipDedup?: boolean;
  /** Aborted with `callerLeft` when the caller disconnects; queries that no other caller waits for are then cancelled. */
  readonly signal?: AbortSignal;
  /** The operation's plan, where it was planned before it is run. */
  readonly planned?: PlannedOperation;
  /** What it may bring, by estimate; what is no operation of a caller has none, and does not wait for their others. */
  readonly cost?: number;
  /** For a caller who asked how the operation is carried out. */
  readonly explanation?: Explanation;
};

export function createContext(identity: Identity, clientAddress: string): GatewayContext {
  const block = addressBlock(clientAddress);
  if (identity.kind === 'guest') return { identity, dedupKey: 'guest', rateKey: `address:${block}`, clientAddress: block };
  return { identity, dedupKey: `user:${identity.userId}:${identity.role}`, rateKey: `user:${identity.userId}`, clientAddress: block };
}

/** Where a caller is, as far as that is known: accounts are made for nothing, addresses are not. */
export function placeOf({ clientAddress, rateKey }: Pick<GatewayContext, 'clientAddress' | 'rateKey'>): string {
  return clientAddress ?? rateKey;
}

/** One household owns a whole /64 of IPv6, so its addresses are counted as one. */
export function addressBlock(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  if (!plain.includes(':')) return plain;
  // `::` stands for as many zeros as are left out
  const [head, tail] = plain.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - (head?.length ?? 0) - (tail?.length ?? 0)) }, () => '0');
  return [...(head ?? []), ...zeros, ...(tail ?? [])].slice(0, 4).join(':');
}

/** The abort reason when a caller disconnected; never sent to a client. */
export function callerLeft(): AppError {
  return new AppError('UNAVAILABLE', 'The caller does not wait for the answer any more.');
}
