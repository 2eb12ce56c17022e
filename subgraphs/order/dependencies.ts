import type { Database } from '#platform/postgres/database.ts';
import type { CartClient } from './cart-client.ts';
import type { WaitingStatus } from './checkout-saga.ts';
import type { UnpaidLimits } from './domain.ts';

/** How long an order may wait in a status, in ms. */
export type Deadlines = Readonly<Record<WaitingStatus, number>>;

/** What commands, queries and event handlers are given. */
export type OrderDependencies = {
  readonly database: Database;
  readonly cart: CartClient;
  readonly deadlines: Deadlines;
  readonly unpaidLimits: UnpaidLimits;
  newId(): string;
  now(): Date;
  /** After a commit that enqueued something. */
  wakeRelay(): void;
};
