import { defineEntity, p } from '@mikro-orm/postgresql';
import { cancelReasons, orderStatuses } from '#kafka/contracts.ts';
import { eventLogEntities } from '#kafka/tables.ts';
import { waitingStatuses } from './checkout-saga.ts';

/** As PostgreSQL prints a check of the form `column IN (…)`, so that the drift check finds them equal. */
function oneOf(column: string, values: readonly string[]): string {
  return `${column} = ANY (ARRAY[${values.map((value) => `'${value}'::text`).join(', ')}])`;
}

const knownStatus = oneOf('status', orderStatuses);

/** What a customer bought. The idempotency key stays with it, so a repeated placeOrder is answered for ever. */
export const Order = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    number: p.text(),
    userId: p.uuid(),
    status: p.text(),
    version: p.integer(),
    totalAmount: p.integer(),
    currency: p.text(),
    paymentMethodId: p.text(),
    cartId: p.uuid(),
    cartVersion: p.integer(),
    /** What the cart had taken out last when this was placed: of the same cart, and of the same customer. Null only in orders of old. */
    cartPredecessor: p.uuid().nullable(),
    userPredecessor: p.uuid().nullable(),
    idempotencyKey: p.text(),
    requestHash: p.text(),
    shippingAddress: p.json(),
    placedAt: p.datetime(3),
    deadlineAt: p.datetime(3).nullable(),
    cancelReason: p.text().nullable(),
    /** What kept it from being carried out: product ids, and how many there were when there were too few. */
    failedLines: p.json().nullable(),
    /** The card that was charged or declined, as people read it. */
    card: p.text().nullable(),
    /** Its number and the recipient's name, folded. */
    searchText: p.text().default(''),
    /** The W3C trace context in which it was placed. */
    traceparent: p.text().nullable(),
  },
  uniques: [
    { name: 'orders_number_unique', properties: ['number'] },
    { name: 'orders_idempotency_key_unique', properties: ['userId', 'idempotencyKey'] },
    { name: 'orders_cart_predecessor_unique', properties: ['cartId', 'cartPredecessor'] },
    { name: 'orders_user_predecessor_unique', properties: ['userId', 'userPredecessor'] },
    { name: 'orders_cart_unique', properties: ['cartId', 'cartVersion'], where: "status <> 'CANCELLED'::text" },
  ],
  indexes: [
    { name: 'orders_deadline_index', properties: ['deadlineAt'], where: 'deadline_at IS NOT NULL' },
    { name: 'orders_unpaid_index', properties: ['userId'], where: 'deadline_at IS NOT NULL' },
    { name: 'orders_user_index', properties: ['userId', 'placedAt', 'id'] },
    { name: 'orders_placed_at_index', properties: ['placedAt', 'id'] },
    { name: 'orders_status_index', properties: ['status', 'placedAt', 'id'] },
    {
      name: 'orders_search_index',
      expression: 'CREATE INDEX orders_search_index ON orders USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256)',
    },
  ],
  checks: [
    { name: 'orders_status_check', expression: knownStatus },
    { name: 'orders_version_check', expression: 'version >= 1' },
    { name: 'orders_total_check', expression: 'total_amount > 0' },
    { name: 'orders_currency_check', expression: oneOf('currency', ['EUR']) },
    {
      name: 'orders_deadline_check',
      expression: `(deadline_at IS NOT NULL) = (${oneOf('status', waitingStatuses)})`,
    },
    { name: 'orders_cancelled_check', expression: "(cancel_reason IS NOT NULL) = (status = 'CANCELLED'::text)" },
    { name: 'orders_cancel_reason_check', expression: oneOf('cancel_reason', cancelReasons) },
  ],
});

/** A product of an order, at the price and under the name it was bought. */
export const OrderLine = defineEntity({
  name: 'OrderLine',
  tableName: 'order_lines',
  properties: {
    order: () => p.manyToOne(Order).primary().joinColumn('order_id'),
    position: p.integer().primary().autoincrement(false),
    productId: p.uuid(),
    name: p.text(),
    quantity: p.integer(),
    unitPrice: p.integer(),
  },
  checks: [
    { name: 'order_lines_quantity_check', expression: 'quantity >= 1 AND quantity <= 99' },
    { name: 'order_lines_unit_price_check', expression: 'unit_price > 0 AND unit_price <= 1000000' },
  ],
});

/** Every change of an order's status; version 1 is the placing. */
export const OrderHistoryEntry = defineEntity({
  name: 'OrderHistoryEntry',
  tableName: 'order_history',
  properties: {
    order: () => p.manyToOne(Order).primary().joinColumn('order_id'),
    version: p.integer().primary().autoincrement(false),
    status: p.text(),
    at: p.datetime(3),
    cause: p.text(),
  },
  checks: [
    { name: 'order_history_version_check', expression: 'version >= 1' },
    { name: 'order_history_status_check', expression: knownStatus },
  ],
});

/** Events of any service about an order: recorded for `Order.events`, and for nothing else. */
export const OrderEvent = defineEntity({
  name: 'OrderEvent',
  tableName: 'order_facts',
  properties: {
    order: () => p.manyToOne(Order).primary().joinColumn('order_id'),
    id: p.text().primary(),
    type: p.text(),
    service: p.text(),
    at: p.datetime(3),
    recordedAt: p.datetime(3),
    traceId: p.text().nullable(),
    note: p.text().nullable(),
  },
  checks: [
    { name: 'order_facts_id_check', expression: "id <> ''::text" },
    { name: 'order_facts_type_check', expression: "type <> ''::text" },
    { name: 'order_facts_service_check', expression: "service <> ''::text" },
    { name: 'order_facts_trace_id_check', expression: 'length(trace_id) = 32' },
    { name: 'order_facts_note_check', expression: "note <> ''::text" },
  ],
});

/** Whose account is closed: their orders lose name and street when they are final, and they place no more. */
export const ClosedAccount = defineEntity({
  name: 'ClosedAccount',
  tableName: 'closed_accounts',
  properties: {
    userId: p.uuid().primary(),
    closedAt: p.datetime(3).defaultRaw('now()'),
  },
});

/** By which names customers are found, folded; empty when the account is closed. */
export const Customer = defineEntity({
  name: 'Customer',
  tableName: 'customers',
  properties: {
    userId: p.uuid().primary(),
    version: p.integer(),
    searchText: p.text(),
  },
  indexes: [
    {
      name: 'customers_search_index',
      expression:
        'CREATE INDEX customers_search_index ON customers USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256)',
    },
  ],
  checks: [{ name: 'customers_version_check', expression: 'version >= 1' }],
});

export const entities = [Order, Customer, OrderLine, OrderHistoryEntry, OrderEvent, ClosedAccount, ...eventLogEntities];
