import { assertUser, type Identity } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import { isId } from '#platform/ids.ts';
import { assertId } from '#platform/input.ts';
import { assertFirst, type Connection, toConnection } from '#platform/pagination.ts';
import type { Database, Sql } from '#platform/postgres/database.ts';
import type { LargeCounts } from '#platform/postgres/large-counts.ts';
import { plainCharacters } from '#platform/text.ts';
import type { OrderDependencies } from '../dependencies.ts';
import { canSee, customerToList, readNumber } from '../domain.ts';
import type { Order } from '../orders.ts';
import { findWords } from '../search-orders.ts';
import {
  countByStatus,
  countByStatusOf,
  countOrders,
  countOrdersOf,
  cursorOf,
  listOrders,
  listOrdersOf,
  type Part,
  type StatusCount,
  toCancelReason,
  toPlace,
  toStatus,
} from './order-lists.ts';

export type ListArguments = { first: number; after?: string | null | undefined; status?: string | null | undefined };
export type AllArguments = ListArguments & {
  customerId?: string | null | undefined;
  number?: string | null | undefined;
  search?: string | null | undefined;
  cancelReason?: string | null | undefined;
  unmovedForMinutes?: number | null | undefined;
};

/** A page of a list; the total is counted only when it is selected. */
export type OrderPage = Omit<Connection<Order>, 'totalCount'> & { countAll(): Promise<number>; countByStatus(): Promise<StatusCount[]> };

/**
 * The caller's orders, for an admin all customers' or one customer's, the newest first.
 * @throws AppError UNAUTHENTICATED for a guest, FORBIDDEN for a customer who asks for another's, INVALID_INPUT.
 */
export async function findOrderPage(
  { database, largeCounts }: Pick<OrderDependencies, 'database' | 'largeCounts'>,
  identity: Identity,
  wanted: AllArguments,
): Promise<OrderPage> {
  const user = assertUser(identity);
  const part = await toPart(database, wanted);
  const customerId = customerToList(
    { kind: 'user', ...user },
    wanted.customerId == null ? null : assertId(wanted.customerId, 'customerId'),
  );
  if (customerId === 'forbidden') throw new AppError('FORBIDDEN', 'Only an admin of the shop may list the orders of others.');
  if (customerId === null) {
    return toPage(await listOrders(database, part), part, wanted, ofEverybody(database, largeCounts, part));
  }
  const orders = (await listOrdersOf(database, [customerId], part)).get(customerId) ?? [];
  return toPage(orders, part, wanted, new Counts(database, [customerId], part).of(customerId));
}

/** A page of the orders of each of these customers, by customer id; an empty one for those whose orders the caller must not see. */
export async function findOrderPagesOf(
  { database }: Pick<OrderDependencies, 'database'>,
  identity: Identity,
  userIds: readonly string[],
  wanted: ListArguments,
): Promise<Map<string, OrderPage>> {
  const part = await toPart(database, wanted);
  const visible = userIds.filter((id) => isId(id) && canSee(identity, { userId: id }));
  const orders = visible.length === 0 ? new Map<string, Order[]>() : await listOrdersOf(database, visible, part);
  const counts = new Counts(database, visible, part);
  return new Map(userIds.map((id) => [id, toPage(orders.get(id) ?? [], part, wanted, counts.of(id))]));
}

type Counting = Pick<OrderPage, 'countAll' | 'countByStatus'>;

/** Counts the orders of all customers; of many, numbers that may be some seconds old. */
function ofEverybody(database: Database, largeCounts: LargeCounts, { first: _, after: __, ...filter }: Part): Counting {
  const sumOf = (counts: readonly StatusCount[]) => counts.reduce((sum, { count }) => sum + count, 0);
  const asked = JSON.stringify(filter);
  return {
    countAll: () => largeCounts.get(`all ${asked}`, () => countOrders(database, filter), Number),
    countByStatus: () => largeCounts.get(`by status ${asked}`, () => countByStatus(database, filter), sumOf),
  };
}

/** Counts the orders of these customers, of all of them in one statement as soon as one count is asked for. */
class Counts {
  readonly #database: Database;
  readonly #userIds: readonly string[];
  readonly #part: Part;
  #all: Promise<Map<string, number>> | undefined;
  #byStatus: Promise<Map<string, StatusCount[]>> | undefined;

  constructor(database: Database, userIds: readonly string[], part: Part) {
    this.#database = database;
    this.#userIds = userIds;
    this.#part = part;
  }

  of(userId: string): Counting {
    return { countAll: () => this.#countAll(userId), countByStatus: () => this.#countByStatus(userId) };
  }

  async #countAll(userId: string): Promise<number> {
    if (this.#userIds.length === 0) return 0;
    this.#all ??= countOrdersOf(this.#database, this.#userIds, this.#part);
    return (await this.#all).get(userId) ?? 0;
  }

  async #countByStatus(userId: string): Promise<StatusCount[]> {
    if (this.#userIds.length === 0) return [];
    this.#byStatus ??= countByStatusOf(this.#database, this.#userIds, this.#part);
    return (await this.#byStatus).get(userId) ?? [];
  }
}

async function toPart(sql: Sql, { first, after, status, number, search, cancelReason, unmovedForMinutes }: AllArguments): Promise<Part> {
  if ((search?.length ?? 0) > 100) throw new AppError('INVALID_INPUT', 'search: Write at most 100 characters.');
  if ((unmovedForMinutes ?? 0) < 0) throw new AppError('INVALID_INPUT', 'unmovedForMinutes: This must be 0 or more.');
  return {
    first: assertFirst(first),
    after: toPlace(after ?? null),
    status: toStatus(status ?? null),
    number: number == null ? null : readNumber(plainCharacters(number)),
    search: await findWords(sql, search ?? ''),
    cancelReason: toCancelReason(cancelReason ?? null),
    unmovedMinutes: unmovedForMinutes ?? 0,
  };
}

function toPage(orders: readonly Order[], part: Part, { after }: ListArguments, counting: Counting): OrderPage {
  const { edges, pageInfo } = toConnection(orders, part.first, after ?? null, 0, cursorOf);
  return { edges, pageInfo, ...counting };
}
