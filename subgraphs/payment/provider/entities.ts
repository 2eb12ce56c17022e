import { defineEntity, p } from '@mikro-orm/postgresql';

/** The provider's ledger: every charge that was asked for, and what became of it. Nothing is ever deleted from it. */
export const Charge = defineEntity({
  name: 'Charge',
  tableName: 'charges',
  properties: {
    id: p.uuid().primary(),
    idempotencyKey: p.text().index(),
    methodId: p.text(),
    amount: p.integer(),
    currency: p.text(),
    outcome: p.text(),
    declineCode: p.text().nullable(),
    createdAt: p.datetime(3),
    /** Until then it is being processed. */
    settlesAt: p.datetime(3),
    /** Until then the provider answers nothing that concerns it. */
    silentUntil: p.datetime(3),
    refundedAmount: p.integer().default(0),
    /** How many refunds of it the provider has failed to do. */
    failedRefunds: p.integer().default(0),
  },
  checks: [
    { name: 'charges_amount_check', expression: '(amount >= 0)' },
    { name: 'charges_outcome_check', expression: "(outcome = ANY (ARRAY['SUCCEEDED'::text, 'DECLINED'::text]))" },
    { name: 'charges_decline_check', expression: "((decline_code IS NOT NULL) = (outcome = 'DECLINED'::text))" },
    {
      name: 'charges_refunded_check',
      expression: "((refunded_amount >= 0) AND (refunded_amount <= amount) AND ((refunded_amount = 0) OR (outcome = 'SUCCEEDED'::text)))",
    },
  ],
});

/** The provider's ledger: money that went back. */
export const ChargeRefund = defineEntity({
  name: 'ChargeRefund',
  tableName: 'charge_refunds',
  properties: {
    id: p.uuid().primary(),
    idempotencyKey: p.text().unique(),
    charge: () => p.manyToOne(Charge).index(),
    amount: p.integer(),
    createdAt: p.datetime(3),
  },
  checks: [{ name: 'charge_refunds_amount_check', expression: '(amount >= 0)' }],
});

/** What was asked for under a key, for a day: the same key charges once. Without a charge, the key was closed before one was made. */
export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  properties: {
    key: p.text().primary(),
    chargeId: p.uuid().nullable(),
    createdAt: p.datetime(3).index(),
  },
});

/** The provider's ledger: refunds that it failed to make. */
export const RefundFailure = defineEntity({
  name: 'RefundFailure',
  tableName: 'refund_failures',
  properties: {
    id: p.uuid().primary(),
    charge: () => p.manyToOne(Charge).index(),
    amount: p.integer(),
    createdAt: p.datetime(3),
  },
  checks: [{ name: 'refund_failures_amount_check', expression: '(amount >= 0)' }],
});

/** The fault switches: one row, or none before the first change of a switch. */
export const FaultSwitches = defineEntity({
  name: 'FaultSwitches',
  tableName: 'fault_switches',
  properties: {
    id: p.integer().primary().autoincrement(false),
    declineRate: p.decimal().precision(7).scale(6),
    delayMs: p.integer(),
    lostAnswerRate: p.decimal().precision(7).scale(6),
    repeatRate: p.decimal().precision(7).scale(6),
    changedAt: p.datetime(3).nullable(),
  },
  checks: [
    { name: 'fault_switches_one_check', expression: '(id = 1)' },
    {
      name: 'fault_switches_decline_rate_check',
      expression: '((decline_rate >= (0)::numeric) AND (decline_rate <= (1)::numeric))',
    },
    { name: 'fault_switches_delay_check', expression: '(delay_ms >= 0)' },
    {
      name: 'fault_switches_lost_answer_rate_check',
      expression: '((lost_answer_rate >= (0)::numeric) AND (lost_answer_rate <= (1)::numeric))',
    },
    {
      name: 'fault_switches_repeat_rate_check',
      expression: '((repeat_rate >= (0)::numeric) AND (repeat_rate <= (1)::numeric))',
    },
  ],
});

export const providerEntities = [Charge, ChargeRefund, IdempotencyKey, RefundFailure, FaultSwitches];
