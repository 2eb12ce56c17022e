import type { IncomingMessage } from 'node:http';
import type { GatewayContext } from '../pipeline/context.ts';
import type { Operations } from '../pipeline/operations.ts';
import type { Prepare } from '../pipeline/prepare.ts';
import type { Ask } from './page-list.ts';

/** The context of the guest who sends a request. */
export type GuestAt = (request: IncomingMessage) => GatewayContext;

/** Of a call to a subgraph for a page or a picture, as of operations. */
export const costOfVisit = 100;

/** Asks as the guest whose page it is whether there is what an operation's first field names. */
export function createAsk(operations: Pick<Operations, 'execute'>, prepare: Pick<Prepare, 'admit'>, guestAt: GuestAt): Ask {
  const absent: readonly unknown[] = ['INVALID_INPUT', 'BAD_USER_INPUT', 'NOT_FOUND'];
  return async (query, variables, request) => {
    const context = guestAt(request);
    const rejection = await prepare.admit(context).then(
      () => null,
      () => 'unknown' as const,
    );
    if (rejection !== null) return rejection;
    const { data, errors } = await operations.execute({ query, variables }, { ...context, cost: costOfVisit });
    if (errors) return errors.every(({ extensions }) => absent.includes(extensions['code'])) ? 'missing' : 'unknown';
    return Object.values(data ?? {})[0] == null ? 'missing' : 'found';
  };
}
