/** A way to pay, as customers see it. */
export type PaymentMethod = { readonly id: string; readonly label: string; readonly behaviour: string };

export type DeclineCode = 'CARD_DECLINED' | 'INSUFFICIENT_FUNDS';

/** `amount` is in minor units. */
export type ChargeRequest = {
  readonly idempotencyKey: string;
  readonly amount: number;
  readonly currency: string;
  readonly methodId: string;
};

/** The state of a charge. SUCCEEDED and DECLINED are final; CANCELLED means that its key is closed and nothing was or will be charged. */
export type ChargeAnswer =
  | { readonly status: 'SUCCEEDED'; readonly chargeId: string }
  | { readonly status: 'DECLINED'; readonly code: DeclineCode; readonly message: string }
  | { readonly status: 'PROCESSING' }
  | { readonly status: 'CANCELLED' };

/** The key of a refund is its own, not that of its charge. */
export type RefundRequest = { readonly idempotencyKey: string; readonly chargeId: string; readonly amount: number };

/** One row of the provider's books: money that moved, that did not, or that is about to. `at` is when it was written down. */
export type LedgerEntry = {
  readonly id: string;
  /** The key of the charge that it is or belongs to. */
  readonly chargeKey: string;
  readonly kind: 'CHARGE' | 'REFUND';
  readonly outcome: 'SUCCEEDED' | 'DECLINED' | 'FAILED' | 'PROCESSING';
  readonly amount: number;
  readonly currency: 'EUR';
  readonly at: Date;
  /** In a sentence for people. */
  readonly note: string | null;
};

/**
 * The payment provider, as a port. Each call may fail, or not answer until `signal` aborts it; in both cases it is unknown
 * whether it was done. Doing it again under the same key is safe for 24 h: it is done once, and the answer is the same.
 */
export interface PaymentProvider {
  readonly methods: readonly PaymentMethod[];
  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeAnswer>;
  /** What is known of the charge under this key, however old; null when no such charge has arrived yet. */
  find(idempotencyKey: string, signal: AbortSignal): Promise<ChargeAnswer | null>;
  /** Closes the key, so that a charge which is still on its way is not made; answers the charge when there is one already. */
  cancel(idempotencyKey: string, signal: AbortSignal): Promise<ChargeAnswer>;
  refund(request: RefundRequest, signal: AbortSignal): Promise<{ readonly refundId: string }>;
  /** What stands in the provider's books under these keys of charges, refunds of them included; the first one first. It changes nothing. */
  ledger(chargeKeys: readonly string[], signal: AbortSignal): Promise<LedgerEntry[]>;
}

/** UNAVAILABLE: it may succeed later. REJECTED: the request is wrong, and will be rejected again. */
export class ProviderError extends Error {
  readonly kind: 'UNAVAILABLE' | 'REJECTED';

  constructor(kind: 'UNAVAILABLE' | 'REJECTED', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProviderError';
    this.kind = kind;
  }
}
