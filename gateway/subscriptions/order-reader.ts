import { z } from 'zod';
import { cancelReasons, orderStatuses } from '#kafka/contracts.ts';
import { AppError } from '#platform/errors.ts';
import type { GatewayContext } from '../pipeline/context.ts';
import type { SubgraphReader } from './subgraph-reader.ts';
import { isFinal, type OrderUpdate } from './updates.ts';

const fields = 'id number status statusSince version total { amount currency } cancelReason customer { id } history { version status at }';
const underWay = orderStatuses.filter((status) => !isFinal(status));

const oneOrder = `query SubscribedOrder($id: ID!) { order(id: $id) { ${fields} } }`;
const allUnderWay = `query OrdersUnderWay { ${underWay
  .map((status) => `${status}: orders(first: 100, status: ${status}) { edges { node { ${fields} } } }`)
  .join(' ')} }`;

const status = z.enum(orderStatuses);
const order = z.object({
  id: z.string(),
  number: z.string(),
  status,
  statusSince: z.string(),
  version: z.int(),
  total: z.object({ amount: z.int(), currency: z.string() }),
  cancelReason: z.enum(cancelReasons).nullable(),
  customer: z.object({ id: z.string() }).nullable(),
  history: z.array(z.object({ version: z.int(), status, at: z.string() })),
});
type Order = z.output<typeof order>;

/** Every version of an order up to the present one, the first one first; never empty. */
export type OrderHistory = readonly OrderUpdate[];

export type OrderReader = {
  /** @throws AppError NOT_FOUND when there is none or the caller must not see it. */
  readHistory(orderId: string, context: GatewayContext): Promise<OrderHistory>;
  /** The caller's orders that are not final, the oldest first; of each status the newest 100. For admins the orders of all customers. */
  readUnderWay(context: GatewayContext): Promise<readonly OrderHistory[]>;
};

export function createOrderReader(reader: SubgraphReader): OrderReader {
  return {
    readHistory(orderId, context) {
      const question = {
        subgraph: 'order',
        query: oneOrder,
        variables: { id: orderId },
        answer: z.object({ order: order.nullable() }),
      };
      return reader.ask(question, context, (answer) => {
        if (answer.order === null) throw new AppError('NOT_FOUND', 'There is no such order, or it is not yours.');
        return historyOf(answer.order);
      });
    },
    readUnderWay(context) {
      const answer = z.record(z.string(), z.object({ edges: z.array(z.object({ node: order })) }));
      return reader.ask({ subgraph: 'order', query: allUnderWay, answer }, context, (lists) => {
        const orders = Object.values(lists).flatMap(({ edges }) => edges.map(({ node }) => node));
        return latestOfEach(orders).map(historyOf);
      });
    },
  };
}

/** The lists are read one after the other, so that an order that moves meanwhile may be in two of them. */
function latestOfEach(orders: readonly Order[]): Order[] {
  const latest = new Map<string, Order>();
  for (const each of orders) if (each.version > (latest.get(each.id)?.version ?? 0)) latest.set(each.id, each);
  // ids begin with the time at which they were made
  return [...latest.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * What was shown at each version. A reason is a reason for the last one only. The history may be read a moment later than the order
 * itself: newer versions are left to the event log, whose events carry all fields.
 */
function historyOf({ history, ...present }: Order): OrderHistory {
  const before = history
    .filter(({ version }) => version < present.version)
    .sort((a, b) => a.version - b.version)
    .map(({ version, status, at }) => ({
      value: { ...present, version, status, statusSince: at, cancelReason: null },
      traceparent: undefined,
    }));
  return [...before, { value: present, traceparent: undefined }];
}
