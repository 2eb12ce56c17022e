import type { Order, Snapshot } from './snapshot.ts';

/** What a customer was promised and shown, as whoever bought remembers it. */
export type Witness = {
  readonly orderId: string;
  readonly idempotencyKey: string;
  /** What the subscription sent, in the order in which it came. */
  readonly steps: readonly { readonly version: number; readonly status: string }[];
};

/** What is always true once nothing is under way, whatever happened before. */
export type Invariant = {
  readonly name: string;
  /** One sentence for each thing that breaks it; none when it holds. */
  broken(snapshot: Snapshot, witnesses: readonly Witness[]): string[];
};

const paid = new Set(['PAID', 'SHIPPED', 'DELIVERED']);
const ended = new Set([...paid, 'REFUNDED', 'CANCELLED']);

/** Written from the shop's documents, and not from its code. */
const legal: Readonly<Record<string, readonly string[]>> = {
  // payment may be told of the stock before order is, so that its answer comes first
  PENDING: ['AWAITING_PAYMENT', 'PAID', 'CANCELLED'],
  AWAITING_PAYMENT: ['PAID', 'CANCELLED'],
  PAID: ['SHIPPED', 'REFUNDED', 'CANCELLED'],
  SHIPPED: ['DELIVERED', 'REFUNDED'],
  DELIVERED: [],
  CANCELLED: [],
  REFUNDED: [],
};

/** The one that does not hold where messages were sent that no consumer can handle. */
export const noDeadLetters = 'There are no dead letters';

const groupBy = <T>(values: readonly T[], key: (value: T) => string): ReadonlyMap<string, T[]> => Map.groupBy(values, key);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const invariants: readonly Invariant[] = [
  {
    name: 'Stock is never negative, and what came is available, held or sold',
    broken({ products, reservations }) {
      const byProduct = groupBy(reservations, ({ productId }) => productId);
      return products.flatMap(({ id, name, available, received }) => {
        const taken = sum((byProduct.get(id) ?? []).filter(({ state }) => state !== 'RELEASED').map(({ quantity }) => quantity));
        if (available >= 0 && available + taken === received) return [];
        return [`${name} (${id}): ${received} came, ${available} are available and ${taken} held or sold`];
      });
    },
  },
  {
    name: 'Each order has reached a final status, none is past its deadline',
    broken: ({ orders }) =>
      orders
        .filter(({ status }) => !ended.has(status))
        .map((order) => `${nameOf(order)} is ${order.status}${order.isOverdue ? ', past its deadline' : ''}`),
  },
  {
    name: 'A paid order has one charge of its total that was not refunded, and its stock is sold',
    broken: (snapshot) =>
      each(snapshot, paid, (order, { kept, committed, others }) => {
        const problems = [];
        if (kept.length !== 1 || kept[0]?.amount !== order.total || kept[0].refunded !== 0)
          problems.push(
            `${nameOf(order)} of ${order.total} has the charges ${listOf(kept.map(({ amount, refunded }) => `${amount} − ${refunded}`))}`,
          );
        if (!sells(order, committed) || others.length > 0)
          problems.push(
            `${nameOf(order)} sold ${linesOf(order.lines)}, and its stock is ${linesOf(committed)} sold, ${linesOf(others)} not`,
          );
        return problems;
      }),
  },
  {
    name: 'A cancelled or refunded order holds no stock, and each of its charges was refunded',
    broken: (snapshot) =>
      each(snapshot, new Set(['CANCELLED', 'REFUNDED']), (order, { kept, committed, others }) => [
        ...kept.map(({ amount, refunded }) => `${nameOf(order)} is ${order.status}, and ${amount - refunded} of ${amount} was kept`),
        ...[...committed, ...others]
          .filter(({ state }) => state !== 'RELEASED')
          .map(({ state, quantity }) => `${nameOf(order)} is ${order.status}, and ${quantity} pieces are ${state}`),
      ]),
  },
  {
    name: 'Charges without refunds are the totals of the paid orders',
    broken({ orders, charges }) {
      const known = new Set(orders.map(({ id }) => id));
      const strangers = charges.filter(({ orderId, succeeded }) => succeeded && !known.has(orderId));
      const taken = sum(charges.filter(({ succeeded }) => succeeded).map(({ amount, refunded }) => amount - refunded));
      const sold = sum(orders.filter(({ status }) => paid.has(status)).map(({ total }) => total));
      return [
        ...strangers.map(({ orderId, amount }) => `${amount} was charged for ${orderId}, which is no order`),
        ...(taken === sold ? [] : [`${taken} was taken, and orders of ${sold} are paid`]),
      ];
    },
  },
  {
    name: 'A payment says what its order says',
    broken({ orders, payments }) {
      const byOrder = groupBy(payments, ({ orderId }) => orderId);
      const expected: Readonly<Record<string, RegExp>> = { CANCELLED: /^(VOIDED|DECLINED|REFUNDED)?$/, REFUNDED: /^REFUNDED$/ };
      return orders
        .filter(({ status }) => ended.has(status))
        .flatMap((order) => {
          const found = listOf(
            (byOrder.get(order.id) ?? []).map(({ status }) => status),
            '',
          );
          return (expected[order.status] ?? /^CAPTURED$/).test(found)
            ? []
            : [`${nameOf(order)} is ${order.status}, and its payment ${found || 'missing'}`];
        });
    },
  },
  {
    name: 'One order for each idempotency key',
    broken({ orders }, witnesses) {
      const byKey = groupBy(orders, ({ userId, idempotencyKey }) => `${userId} ${idempotencyKey}`);
      const answers = groupBy(witnesses, ({ idempotencyKey }) => idempotencyKey);
      return [
        ...[...byKey.values()].filter((same) => same.length > 1).map((same) => `${listOf(same.map(nameOf))} have one key`),
        ...[...answers.values()]
          .filter((same) => new Set(same.map(({ orderId }) => orderId)).size > 1)
          .map((same) => `one key was answered with ${listOf(same.map(({ orderId }) => orderId))}`),
      ];
    },
  },
  {
    name: 'One receipt for each order that was paid',
    broken({ orders, receipts }) {
      const byEvent = groupBy(receipts, ({ eventId }) => eventId);
      return orders.flatMap((order) => {
        const expected = order.history.some(({ status }) => status === 'PAID') ? 1 : 0;
        const found = order.paidEvents.flatMap((id) => byEvent.get(id) ?? []);
        return found.length === expected
          ? []
          : [`${nameOf(order)} was ${expected === 0 ? 'never ' : ''}paid, and has ${found.length} receipts`];
      });
    },
  },
  {
    name: 'Each order that was acknowledged exists',
    broken({ orders }, witnesses) {
      const known = new Set(orders.map(({ id }) => id));
      return witnesses.filter(({ orderId }) => !known.has(orderId)).map(({ orderId }) => `${orderId} was acknowledged, and is not there`);
    },
  },
  {
    name: 'Outboxes are empty',
    broken: ({ outboxes }) =>
      outboxes.filter(({ events }) => events > 0).map(({ database, events }) => `${events} events wait in the outbox of ${database}`),
  },
  {
    name: 'No consumer is behind',
    broken: ({ lag }) => lag.map(({ group, topic, messages }) => `${group} is ${messages} messages behind on ${topic}`),
  },
  { name: noDeadLetters, broken: ({ deadLetters }) => [...deadLetters] },
  {
    name: 'Histories are legal and without gaps, and whoever followed an order saw its steps in their order, each once',
    broken({ orders }, witnesses) {
      const byId = new Map(orders.map((order) => [order.id, order]));
      return [
        ...orders.flatMap((order) =>
          isLegal(order) ? [] : [`${nameOf(order)}, version ${order.version} ${order.status}, has the history ${stepsOf(order.history)}`],
        ),
        ...witnesses.flatMap((witness) => {
          const order = byId.get(witness.orderId);
          return order === undefined || isSeenRightly(witness, order)
            ? []
            : [`${nameOf(order)} has the history ${stepsOf(order.history)}, and was seen as ${stepsOf(witness.steps)}`];
        }),
      ];
    },
  },
  {
    name: "The cart's copies of products are the products",
    broken({ products, copies }) {
      const byId = new Map(copies.map((copy) => [copy.id, copy]));
      return products.flatMap(({ id, version, name, price, archived }) => {
        const copy = byId.get(id);
        const same = copy?.version === version && copy.name === name && copy.price === price && copy.archived === archived;
        return same
          ? []
          : [`${name} (${id}) is at version ${version}, and the cart has ${copy === undefined ? 'none' : `version ${copy.version}`}`];
      });
    },
  },
];

type Belongings = {
  /** Charges that were not refunded in full. */
  readonly kept: Snapshot['charges'];
  readonly committed: Snapshot['reservations'];
  readonly others: Snapshot['reservations'];
};

/** What `evaluate` finds about each order in one of these statuses. */
function each(
  { orders, charges, reservations }: Snapshot,
  statuses: ReadonlySet<string>,
  evaluate: (order: Order, belongings: Belongings) => string[],
): string[] {
  const chargesOf = groupBy(charges, ({ orderId }) => orderId);
  const reservationsOf = groupBy(reservations, ({ orderId }) => orderId);
  return orders
    .filter(({ status }) => statuses.has(status))
    .flatMap((order) => {
      const kept = (chargesOf.get(order.id) ?? []).filter(({ succeeded, amount, refunded }) => succeeded && refunded < amount);
      const { true: committed = [], false: others = [] } = Object.groupBy(
        reservationsOf.get(order.id) ?? [],
        ({ state }) => `${state === 'COMMITTED'}`,
      );
      return evaluate(order, { kept, committed, others });
    });
}

const nameOf = ({ number, id }: Order): string => `${number} (${id})`;
const listOf = (words: readonly string[], none = 'none'): string => (words.length === 0 ? none : words.join(', '));
const linesOf = (lines: readonly { readonly productId: string; readonly quantity: number }[]): string =>
  listOf(lines.map(({ productId, quantity }) => `${quantity} × ${productId}`).sort());
const stepsOf = (steps: readonly { readonly version: number; readonly status: string }[]): string =>
  listOf(steps.map(({ version, status }) => `${version} ${status}`));
const sells = (order: Order, committed: Snapshot['reservations']): boolean => linesOf(order.lines) === linesOf(committed);

function isLegal({ version, status, history }: Order): boolean {
  const isGapless = history.every((step, index) => step.version === index + 1);
  const isAllowed = history.every((step, index) =>
    index === 0 ? step.status === 'PENDING' : legal[history[index - 1]?.status ?? '']?.includes(step.status),
  );
  const last = history.at(-1);
  return isGapless && isAllowed && last?.version === version && last.status === status;
}

/** What comes first is the order as it is at that moment; then each step. */
function isSeenRightly({ steps }: Witness, { history }: Order): boolean {
  return steps.every(
    ({ version, status }, index) =>
      history[version - 1]?.status === status && (index === 0 || version === (steps[index - 1]?.version ?? 0) + 1),
  );
}
