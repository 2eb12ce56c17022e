import { assertAdmin, type Identity } from '#platform/auth.ts';
import type { OrderDependencies } from '../dependencies.ts';
import { requestTransition, type TransitionResult } from '../requested-transitions.ts';

export type DeliverOrderResult = TransitionResult;

/** Notes that a shipped order has arrived. @throws AppError UNAUTHENTICATED for a guest, FORBIDDEN for a customer. */
export async function deliverOrder(deps: OrderDependencies, identity: Identity, input: unknown): Promise<DeliverOrderResult> {
  assertAdmin(identity);
  return requestTransition(deps, identity, input, () => 'delivered by admin');
}
