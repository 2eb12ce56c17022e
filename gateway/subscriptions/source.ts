import type { GatewayContext } from '../pipeline/context.ts';
import type { Update } from './updates.ts';

/** The receiver of a source's updates. */
export type Sink = {
  show(update: Update): void;
  /** Everything was shown. */
  complete(): void;
  /** The source failed; the error's code states whether a retry helps. */
  fail(error: unknown): void;
};

/**
 * What lies behind one field of `Subscription`: starts the updates of one subscriber, and returns a function that stops them.
 * @throws AppError when the arguments cannot be served; nothing was started then.
 */
export type Source = (args: Readonly<Record<string, unknown>>, context: GatewayContext, sink: Sink) => () => void;
