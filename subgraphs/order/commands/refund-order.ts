import { assertAdmin, type Identity } from '#platform/auth.ts';
import type { OrderDependencies } from '../dependencies.ts';
import { requestTransition, type TransitionResult } from '../requested-transitions.ts';

export type RefundOrderResult = TransitionResult;

/** Gives the money of an order back, whether it was shipped or not. @throws AppError UNAUTHENTICATED for a guest, FORBIDDEN for a customer. */
export async function refundOrder(deps: OrderDependencies, identity: Identity, input: unknown): Promise<RefundOrderResult> {
  assertAdmin(identity);
  return requestTransition(deps, identity, input, () => 'refunded by admin');
}
