/** The status of a payment, as the graph spells it. */
export const paymentStatuses = ['EXPECTED', 'CHARGING', 'CAPTURED', 'DECLINED', 'VOIDED', 'REFUNDED'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

export type Situation = {
  readonly status: PaymentStatus;
  /** The order was cancelled or refunded: its money belongs to the customer. */
  readonly isEnded: boolean;
  /** The provider may have a charge: it was requested, and its outcome is unknown. */
  readonly wasAsked: boolean;
  /** The order names a way to pay that exists. */
  readonly isPayable: boolean;
};

/**
 * void: end it without the provider. decline: the same, as a failure. charge: for the first time. find: ask the provider what became
 * of the charge. cancel: see to it that the provider charges nothing any more, and learn whether it had. refund: give the money back.
 */
export type Task = 'nothing' | 'void' | 'decline' | 'charge' | 'find' | 'cancel' | 'refund';

type Row = Pick<Situation, 'status' | 'isEnded'> & Partial<Situation> & { readonly task: Task };

// biome-ignore format: one row is one sentence
const tasks: readonly Row[] = [
  { status: 'CHARGING', isEnded: false, wasAsked: true,                    task: 'find' },
  { status: 'CHARGING', isEnded: false, wasAsked: false, isPayable: true,  task: 'charge' },
  { status: 'CHARGING', isEnded: false, wasAsked: false, isPayable: false, task: 'decline' },
  { status: 'CHARGING', isEnded: true,  wasAsked: true,                    task: 'cancel' },
  { status: 'CHARGING', isEnded: true,  wasAsked: false,                   task: 'void' },
  { status: 'CAPTURED', isEnded: true,                                     task: 'refund' },
];

/** What is to be done next for a payment. Before CHARGING, and after the rows of the table, there is nothing to do. */
export function decide(situation: Situation): Task {
  const row = tasks.find(
    (candidate) =>
      candidate.status === situation.status &&
      candidate.isEnded === situation.isEnded &&
      (candidate.wasAsked ?? situation.wasAsked) === situation.wasAsked &&
      (candidate.isPayable ?? situation.isPayable) === situation.isPayable,
  );
  return row?.task ?? 'nothing';
}

const firstRetryMs = 500;
const slowestRetryMs = 5000;

/**
 * How long to wait after an attempt (1 is the first) without a result. After the first failure the provider is asked at once, for
 * most often only the answer was lost; then ever more slowly, but never so slowly that a person at the screen would give up.
 */
export function retryDelayMs(attempts: number): number {
  return attempts <= 1 ? 0 : Math.min(firstRetryMs * 2 ** (attempts - 2), slowestRetryMs);
}
