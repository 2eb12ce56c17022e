import type { GatewayContext } from '../context.ts';
import type { Update } from './updates.ts';

/** Where a source says what is to be shown. */
export type Sink = {
  show(update: Update): void;
  /** Everything was shown. */
  complete(): void;
  /** It cannot go on; the error says whether trying again helps. */
  fail(error: unknown): void;
};

/**
 * What lies behind one field of `Subscription`: begins to tell one subscriber, and answers what ends it.
 * @throws AppError when the arguments cannot be served; nothing has begun then.
 */
export type Source = (args: Readonly<Record<string, unknown>>, context: GatewayContext, sink: Sink) => () => void;
