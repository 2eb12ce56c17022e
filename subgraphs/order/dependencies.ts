import type { Identity } from '#platform/auth.ts';
import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { LargeCounts } from '#platform/postgres/large-counts.ts';
import type { CartClient } from './cart-client.ts';
import type { WaitingStatus } from './checkout-saga.ts';
import type { UnpaidLimits } from './domain.ts';
import type { ObserveMoves } from './saga-metrics.ts';

/** How long an order may wait in a status, in ms. */
export type Deadlines = Readonly<Record<WaitingStatus, number>>;

/** What commands, queries and event handlers are given. */
export type OrderDependencies = {
  readonly database: Database;
  readonly largeCounts: LargeCounts;
  readonly cart: CartClient;
  readonly deadlines: Deadlines;
  readonly unpaidLimits: UnpaidLimits;
  readonly observeMoves: ObserveMoves;
  newId(): string;
  now(): Date;
  readonly logger: Logger;
  /** After a commit that enqueued something. */
  wakeRelay(): void;
};

/** Who asks, with the gateway's token as it came: of the command that asks the cart on behalf of the caller. */
export type Caller = { readonly identity: Identity; readonly internalToken: string };
