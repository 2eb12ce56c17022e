import { defineEntity, p } from '@mikro-orm/postgresql';
import { eventLogEntities } from '#kafka/tables.ts';

/** The money of one order: one row from the first event of the order that is handled, whichever it is. */
export const Payment = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid().unique(),
    /** This and the next three are null until order.created is handled. */
    userId: p.uuid().nullable(),
    amount: p.integer().nullable(),
    currency: p.text().nullable(),
    methodId: p.text().nullable(),
    status: p.text(),
    failureCode: p.text().nullable(),
    failureMessage: p.text().nullable(),
    /** When inventory.reserved was handled: from then on it may be charged. */
    reservedAt: p.datetime(3).nullable(),
    /** When order.cancelled or order.refunded was handled: from then on its money stays with or goes back to the customer. */
    endedAt: p.datetime(3).nullable(),
    providerChargeId: p.text().nullable(),
    /** When the worker must look at it next; null when there is nothing to do. Also the lease of the worker that looks at it now. */
    nextAttemptAt: p.datetime(3).nullable(),
    /** How often the worker took it up since its task last changed. */
    attempts: p.integer().default(0),
    /** How often the worker took it up to charge it: above zero, the provider may know of it. */
    chargeAttempts: p.integer().default(0),
    /** The W3C trace context of the checkout, for the events that the worker publishes. */
    traceparent: p.text().nullable(),
    createdAt: p.datetime(3).defaultRaw('now()'),
    updatedAt: p.datetime(3).defaultRaw('now()'),
  },
  indexes: [
    {
      name: 'payments_next_attempt_at_index',
      expression:
        'CREATE INDEX "payments_next_attempt_at_index" ON "payments" USING btree ("next_attempt_at") WHERE (next_attempt_at IS NOT NULL)',
    },
  ],
  checks: [
    {
      name: 'payments_status_check',
      expression:
        "(status = ANY (ARRAY['EXPECTED'::text, 'CHARGING'::text, 'CAPTURED'::text, 'DECLINED'::text, 'VOIDED'::text, 'REFUNDED'::text]))",
    },
    { name: 'payments_amount_check', expression: '(amount >= 0)' },
    { name: 'payments_currency_check', expression: '((amount IS NULL) = (currency IS NULL))' },
    {
      name: 'payments_known_check',
      expression:
        "((status = ANY (ARRAY['EXPECTED'::text, 'VOIDED'::text])) OR ((amount IS NOT NULL) AND (user_id IS NOT NULL) AND (method_id IS NOT NULL) AND (reserved_at IS NOT NULL)))",
    },
    {
      name: 'payments_charge_check',
      expression: "((provider_charge_id IS NOT NULL) = (status = ANY (ARRAY['CAPTURED'::text, 'REFUNDED'::text])))",
    },
    {
      name: 'payments_failure_check',
      expression: "(((failure_code IS NOT NULL) = (status = 'DECLINED'::text)) AND ((failure_code IS NULL) = (failure_message IS NULL)))",
    },
    {
      name: 'payments_ended_check',
      expression: "((ended_at IS NOT NULL) OR (status <> ALL (ARRAY['VOIDED'::text, 'REFUNDED'::text])))",
    },
    {
      name: 'payments_never_forgotten_check',
      expression:
        "((next_attempt_at IS NOT NULL) = ((status = 'CHARGING'::text) OR ((status = 'CAPTURED'::text) AND (ended_at IS NOT NULL))))",
    },
  ],
});

/** Money that goes back. Always the whole amount, so a payment has at most one; its id is the provider's idempotency key. */
export const Refund = defineEntity({
  name: 'Refund',
  tableName: 'refunds',
  properties: {
    id: p.uuid().primary(),
    payment: () => p.manyToOne(Payment).unique(),
    amount: p.integer(),
    status: p.text(),
    providerRefundId: p.text().nullable(),
    requestedAt: p.datetime(3).defaultRaw('now()'),
    completedAt: p.datetime(3).nullable(),
  },
  checks: [
    { name: 'refunds_amount_check', expression: '(amount >= 0)' },
    { name: 'refunds_status_check', expression: "(status = ANY (ARRAY['REQUESTED'::text, 'SUCCEEDED'::text]))" },
    {
      name: 'refunds_completed_check',
      expression:
        "(((completed_at IS NOT NULL) = (status = 'SUCCEEDED'::text)) AND ((provider_refund_id IS NOT NULL) = (status = 'SUCCEEDED'::text)))",
    },
  ],
});

export const entities = [Payment, Refund, ...eventLogEntities];
