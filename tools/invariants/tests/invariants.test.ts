import { describe, expect, test } from '@jest/globals';
import { invariants, noDeadLetters, type Witness } from '../invariants.ts';
import type { Order, Snapshot } from '../snapshot.ts';

const line = { productId: 'tea', quantity: 2 };

function anOrder(id: string, statuses: readonly string[]): Order {
  const history = statuses.map((status, index) => ({ version: index + 1, status }));
  return {
    id,
    number: `M-${id}`,
    userId: 'ada',
    idempotencyKey: `key of ${id}`,
    status: statuses.at(-1) ?? '',
    version: history.length,
    total: 500,
    isOverdue: false,
    lines: [line],
    history,
    paidEvents: statuses.includes('PAID') ? [`${id} was paid`] : [],
  };
}

/** A shop in which all is well: an order was paid, one declined, one cancelled after it was paid, one refunded. */
const whole: Snapshot = {
  orders: [
    anOrder('paid', ['PENDING', 'AWAITING_PAYMENT', 'PAID']),
    anOrder('declined', ['PENDING', 'AWAITING_PAYMENT', 'CANCELLED']),
    anOrder('cancelled', ['PENDING', 'PAID', 'CANCELLED']),
    anOrder('refunded', ['PENDING', 'AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'REFUNDED']),
  ],
  payments: [
    { orderId: 'paid', status: 'CAPTURED', amount: 500 },
    { orderId: 'declined', status: 'DECLINED', amount: 500 },
    { orderId: 'cancelled', status: 'REFUNDED', amount: 500 },
    { orderId: 'refunded', status: 'REFUNDED', amount: 500 },
  ],
  charges: [
    { orderId: 'paid', succeeded: true, amount: 500, refunded: 0 },
    { orderId: 'declined', succeeded: false, amount: 500, refunded: 0 },
    { orderId: 'cancelled', succeeded: true, amount: 500, refunded: 500 },
    { orderId: 'refunded', succeeded: true, amount: 500, refunded: 500 },
  ],
  reservations: [
    { orderId: 'paid', ...line, state: 'COMMITTED' },
    { orderId: 'declined', ...line, state: 'RELEASED' },
    { orderId: 'cancelled', ...line, state: 'RELEASED' },
    { orderId: 'refunded', ...line, state: 'RELEASED' },
  ],
  products: [{ id: 'tea', version: 3, name: 'Tea', price: 250, archived: false, available: 8, received: 10 }],
  copies: [{ id: 'tea', version: 3, name: 'Tea', price: 250, archived: false }],
  receipts: ['paid', 'cancelled', 'refunded'].map((id) => ({ eventId: `${id} was paid`, status: 'SENT' })),
  outboxes: [{ database: 'order', events: 0 }],
  lag: [],
  deadLetters: [],
};

const followed: Witness = {
  orderId: 'paid',
  idempotencyKey: 'key of paid',
  steps: [
    { version: 1, status: 'PENDING' },
    { version: 2, status: 'AWAITING_PAYMENT' },
    { version: 3, status: 'PAID' },
  ],
};

const brokenBy = (given: Partial<Snapshot>, witnesses: readonly Witness[] = [followed]) =>
  invariants.filter(({ broken }) => broken({ ...whole, ...given }, witnesses).length > 0).map(({ name }) => name);

const changed = <T>(rows: readonly T[], at: number, change: Partial<T>): T[] =>
  rows.map((row, index) => (index === at ? { ...row, ...change } : row));
const stock = 'Stock is never negative, and what came is available, held or sold';
const final = 'Each order has reached a final status, none is past its deadline';
const paidOnce = 'A paid order has one charge of its total that was not refunded, and its stock is sold';
const nothingKept = 'A cancelled or refunded order holds no stock, and each of its charges was refunded';
const sums = 'Charges without refunds are the totals of the paid orders';
const payment = 'A payment says what its order says';
const oneKey = 'One order for each idempotency key';
const receipt = 'One receipt for each order that was paid';
const exists = 'Each order that was acknowledged exists';
const outbox = 'Outboxes are empty';
const behind = 'No consumer is behind';
const history = 'Histories are legal and without gaps, and whoever followed an order saw its steps in their order, each once';
const copies = "The cart's copies of products are the products";

describe('the invariants', () => {
  test('hold in a shop in which all is well', () => {
    expect(brokenBy({})).toEqual([]);
  });

  const { orders, payments, charges, reservations, products, receipts } = whole;
  const breakages: [what: string, names: string[], given: Partial<Snapshot>][] = [
    ['a piece was sold twice', [stock], { products: changed(products, 0, { available: 9 }) }],
    ['the stock is negative', [stock], { products: changed(products, 0, { available: -1, received: 1 }) }],
    [
      'an order waits',
      [final, sums, history],
      { orders: changed(orders, 0, anOrder('paid', ['PENDING', 'AWAITING_PAYMENT'])), receipts: receipts.slice(1) },
    ],
    ['a paid order was not charged', [paidOnce, sums], { charges: charges.slice(1) }],
    ['a paid order was charged twice', [paidOnce, sums], { charges: [...charges, ...charges.slice(0, 1)] }],
    ['a paid order was charged another amount', [paidOnce, sums], { charges: changed(charges, 0, { amount: 400 }) }],
    ['a part of a paid order was refunded', [paidOnce, sums], { charges: changed(charges, 0, { refunded: 1 }) }],
    ['the stock of a paid order is only held', [paidOnce], { reservations: changed(reservations, 0, { state: 'HELD' }) }],
    ['the stock of a paid order was released', [stock, paidOnce], { reservations: changed(reservations, 0, { state: 'RELEASED' }) }],
    ['a cancelled order was not refunded', [nothingKept, sums], { charges: changed(charges, 2, { refunded: 0 }) }],
    ['a refunded order was refunded in part', [nothingKept, sums], { charges: changed(charges, 3, { refunded: 499 }) }],
    ['a cancelled order holds stock', [stock, nothingKept], { reservations: changed(reservations, 1, { state: 'HELD' }) }],
    ['a cancelled order sold stock', [stock, nothingKept], { reservations: changed(reservations, 2, { state: 'COMMITTED' }) }],
    [
      'somebody was charged without an order',
      [sums],
      { charges: [...charges, { orderId: 'none', succeeded: true, amount: 1, refunded: 0 }] },
    ],
    ['a payment says another thing', [payment], { payments: changed(payments, 0, { status: 'VOIDED' }) }],
    ['a paid order has no payment', [payment], { payments: payments.slice(1) }],
    ['two orders have one key', [oneKey], { orders: changed(orders, 1, { idempotencyKey: 'key of paid' }) }],
    ['a receipt is missing', [receipt], { receipts: receipts.slice(1) }],
    ['a receipt came twice', [receipt], { receipts: [...receipts, ...receipts.slice(0, 1)] }],
    ['an event waits in an outbox', [outbox], { outboxes: [{ database: 'order', events: 1 }] }],
    ['a consumer is behind', [behind], { lag: [{ group: 'cart', topic: 'checkout', messages: 1 }] }],
    ['there is a dead letter', [noDeadLetters], { deadLetters: ['cart: order.paid: no'] }],
    [
      'a history has a gap',
      [history],
      { orders: changed(orders, 3, { history: orders[3]?.history.filter(({ version }) => version !== 4) ?? [] }) },
    ],
    [
      'an order was paid after it was cancelled',
      [history],
      { orders: changed(orders, 1, { history: [...(orders[1]?.history ?? []), { version: 4, status: 'CANCELLED' }], version: 4 }) },
    ],
    ['an order is not where its history ends', [history], { orders: changed(orders, 0, { version: 4 }) }],
    ['the cart has an older price', [copies], { copies: [{ id: 'tea', version: 2, name: 'Tea', price: 200, archived: false }] }],
    ['the cart does not know a product', [copies], { copies: [] }],
  ];

  test.each(breakages)('%s', (_, names, given) => {
    expect(brokenBy(given)).toEqual(names);
  });

  const seen = (steps: Witness['steps']): Witness[] => [{ ...followed, steps }];
  test.each<[what: string, names: string[], witnesses: Witness[]]>([
    ['an acknowledged order is lost', [exists], [followed, { ...followed, orderId: 'lost', idempotencyKey: 'another key' }]],
    ['one key was answered with two orders', [oneKey], [followed, { ...followed, orderId: 'declined', steps: [] }]],
    ['a step was not shown', [history], seen(followed.steps.filter(({ version }) => version !== 2))],
    ['a step was shown twice', [history], seen([...followed.steps, ...followed.steps.slice(2)])],
    ['steps were shown in another order', [history], seen(followed.steps.toReversed())],
    ['a step was shown that never was', [history], seen([{ version: 1, status: 'PAID' }])],
  ])('%s', (_, names, witnesses) => {
    expect(brokenBy({}, witnesses)).toEqual(names);
  });

  test('are all broken by one of these', () => {
    expect(new Set([...breakages.flatMap(([, names]) => names), exists])).toEqual(new Set(invariants.map(({ name }) => name)));
  });
});
