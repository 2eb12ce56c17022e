import { assertUser, type Identity } from '#platform/auth.ts';
import type { OrderDependencies } from '../dependencies.ts';
import { requestTransition, type TransitionResult } from '../requested-transitions.ts';

export type CancelOrderResult = TransitionResult;

/** The order's customer, or an admin for them, calls the purchase off before it is shipped. @throws AppError UNAUTHENTICATED for a guest. */
export async function cancelOrder(deps: OrderDependencies, identity: Identity, input: unknown): Promise<CancelOrderResult> {
  const { userId } = assertUser(identity);
  return requestTransition(deps, identity, input, (order) => (order.userId === userId ? 'cancelled by customer' : 'cancelled by admin'));
}
