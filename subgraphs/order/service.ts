import { assertUser, type Identity, isAdmin } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import { isId } from '#platform/ids.ts';
import { assertId } from '#platform/input.ts';
import { assertFirst, type Connection, toConnection } from '#platform/pagination.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';
import { applyTransition, type Deadlines, toAffected } from './apply-transitions.ts';
import type { CartClient } from './cart-client.ts';
import { closeAccounts } from './closed-accounts.ts';
import { canSee, customerToList, readNumber, type UnpaidLimits } from './domain.ts';
import {
  countByStatus,
  countByStatusOf,
  countOrders,
  countOrdersOf,
  cursorOf,
  findHistory,
  findLines,
  findOrders,
  listOrders,
  listOrdersOf,
  type Part,
  type StatusCount,
  toCancelReason,
  toPlace,
  toStatus,
} from './find-orders.ts';
import { cancelOrder, moveOrderAsAdmin } from './move-order.ts';
import { type EventThatMoves, findEvents, keepEvents, type OrderEvent, type SubscribedEvent } from './order-events.ts';
import type { Order } from './orders.ts';
import { placeOrder } from './place-order.ts';
import { findWords } from './search-orders.ts';
import { cancelOverdue } from './sweep-deadlines.ts';

export type OrderServiceDependencies = {
  database: Database;
  cart: CartClient;
  deadlines: Deadlines;
  unpaidLimits: UnpaidLimits;
  newId(): string;
  now(): Date;
  /** After a commit that has something to publish. */
  onCommitted(): void;
};

export type ListArguments = { first: number; after?: string | null | undefined; status?: string | null | undefined };
export type AllArguments = ListArguments & {
  customerId?: string | null | undefined;
  number?: string | null | undefined;
  search?: string | null | undefined;
  cancelReason?: string | null | undefined;
  unmovedForMinutes?: number | null | undefined;
};

/** A page of a list; how many there are in all is counted only when somebody asks. */
export type OrderPage = Omit<Connection<Order>, 'totalCount'> & { countAll(): Promise<number>; countByStatus(): Promise<StatusCount[]> };

export type OrderService = ReturnType<typeof createOrderService>;

/** What can be done with orders. Everything that a person asks for takes who asks, and shows nobody another's orders. */
export function createOrderService(deps: OrderServiceDependencies) {
  const { database } = deps;
  return {
    placeOrder: (identity: Identity, internalToken: string, input: unknown) => placeOrder(deps, identity, internalToken, input),
    cancelOrder: (identity: Identity, input: unknown) => cancelOrder(deps, identity, input),
    shipOrder: (identity: Identity, input: unknown) => moveOrderAsAdmin(deps, identity, input, 'shipped by admin'),
    deliverOrder: (identity: Identity, input: unknown) => moveOrderAsAdmin(deps, identity, input, 'delivered by admin'),
    refundOrder: (identity: Identity, input: unknown) => moveOrderAsAdmin(deps, identity, input, 'refunded by admin'),

    /** What others said of orders, all of one type: in the transaction of `sql`, to be called again with the same events without harm. */
    applyEvents: async (sql: Sql, events: readonly EventThatMoves[]): Promise<void> => {
      const [first] = events;
      if (first !== undefined) await applyTransition(sql, first.type, events.map(toAffected), deps.deadlines);
    },
    /** What others said of orders that moves nothing: written down, in the transaction of `sql`. */
    keepEvents: (sql: Sql, events: readonly SubscribedEvent[]): Promise<void> => keepEvents(sql, events, []),
    closeAccounts,
    /** Cancels orders that waited too long, at most `limit` of them. Resolves to how many they were. */
    cancelOverdue: (limit: number): Promise<number> => cancelOverdue(deps, limit),

    findOrders: (identity: Identity, ids: readonly string[]) => findOrders(database, identity, ids),
    findLines: (orderIds: readonly string[]) => findLines(database, orderIds),
    findHistory: (orderIds: readonly string[]) => findHistory(database, orderIds),
    /** The whole story of each order, by order id; null for everybody but admins. */
    findEvents: async (identity: Identity, orderIds: readonly string[]): Promise<Map<string, OrderEvent[]> | null> =>
      isAdmin(identity) ? findEvents(database, orderIds) : null,

    /**
     * The caller's orders, for an admin everybody's or one customer's, the newest first.
     * @throws AppError UNAUTHENTICATED for a guest, FORBIDDEN for a customer who asks for another's, INVALID_INPUT.
     */
    async listOrders(identity: Identity, wanted: AllArguments): Promise<OrderPage> {
      const user = assertUser(identity);
      const part = await toComponent(database, wanted);
      const customerId = customerToList(
        { kind: 'user', ...user },
        wanted.customerId == null ? null : assertId(wanted.customerId, 'customerId'),
      );
      if (customerId === 'forbidden') throw new AppError('FORBIDDEN', 'Only an admin of the shop may list the orders of others.');
      if (customerId === null) {
        const counting = { countAll: () => countOrders(database, part), countByStatus: () => countByStatus(database, part) };
        return toPage(await listOrders(database, part), part, wanted, counting);
      }
      const orders = (await listOrdersOf(database, [customerId], part)).get(customerId) ?? [];
      return toPage(orders, part, wanted, countingOf(database, [customerId], part)(customerId));
    },

    /** A page of the orders of each of these customers, by customer id; an empty one for whom the caller may not ask. */
    async listOrdersOf(identity: Identity, userIds: readonly string[], wanted: ListArguments): Promise<Map<string, OrderPage>> {
      const part = await toComponent(database, wanted);
      const visible = userIds.filter((id) => isId(id) && canSee(identity, { userId: id }));
      const orders = visible.length === 0 ? new Map<string, Order[]>() : await listOrdersOf(database, visible, part);
      const counting = countingOf(database, visible, part);
      return new Map(userIds.map((id) => [id, toPage(orders.get(id) ?? [], part, wanted, counting(id))]));
    },
  };
}

type Counting = Pick<OrderPage, 'countAll' | 'countByStatus'>;

/** Counts for the page of each of these customers; the first that is asked for counts for all, in one statement. */
function countingOf(database: Database, userIds: readonly string[], part: Part): (userId: string) => Counting {
  let counted: Promise<Map<string, number>> | undefined;
  let countedByStatus: Promise<Map<string, StatusCount[]>> | undefined;
  return (userId) => ({
    countAll: async () => {
      if (userIds.length === 0) return 0;
      counted ??= countOrdersOf(database, userIds, part);
      return (await counted).get(userId) ?? 0;
    },
    countByStatus: async () => {
      if (userIds.length === 0) return [];
      countedByStatus ??= countByStatusOf(database, userIds, part);
      return (await countedByStatus).get(userId) ?? [];
    },
  });
}

async function toComponent(
  sql: Sql,
  { first, after, status, number, search, cancelReason, unmovedForMinutes }: AllArguments,
): Promise<Part> {
  if ((search?.length ?? 0) > 100) throw new AppError('INVALID_INPUT', 'search: Write at most 100 characters.');
  if ((unmovedForMinutes ?? 0) < 0) throw new AppError('INVALID_INPUT', 'unmovedForMinutes: This must be 0 or more.');
  return {
    first: assertFirst(first),
    after: toPlace(after ?? null),
    status: toStatus(status ?? null),
    number: number == null ? null : readNumber(number),
    search: await findWords(sql, search ?? ''),
    cancelReason: toCancelReason(cancelReason ?? null),
    unmovedMinutes: unmovedForMinutes ?? 0,
  };
}

function toPage(orders: readonly Order[], part: Part, { after }: ListArguments, counting: Counting): OrderPage {
  const { edges, pageInfo } = toConnection(orders, part.first, after ?? null, 0, cursorOf);
  return { edges, pageInfo, ...counting };
}
