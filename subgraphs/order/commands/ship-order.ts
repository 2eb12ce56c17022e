import { assertAdmin, type Identity } from '#platform/auth.ts';
import type { OrderDependencies } from '../dependencies.ts';
import { requestTransition, type TransitionResult } from '../requested-transitions.ts';

export type ShipOrderResult = TransitionResult;

/** Hands a paid order over to the carrier. @throws AppError UNAUTHENTICATED for a guest, FORBIDDEN for a customer. */
export async function shipOrder(deps: OrderDependencies, identity: Identity, input: unknown): Promise<ShipOrderResult> {
  assertAdmin(identity);
  return requestTransition(deps, identity, input, () => 'shipped by admin');
}
