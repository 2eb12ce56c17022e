import { SpanKind, type Tracer } from '@opentelemetry/api';
import { contextOf } from '#platform/tracing/trace-context.ts';
import type { Update } from './updates.ts';

/** An event may have thousands of subscribers, and its trace is no place for all of them. */
const mostOfAnUpdate = 20;

type Received = { readonly at: number; sent: number };

/** Records for each of the first subscribers of an event how long it took from the event's arrival here until the answer was given to the socket. */
export class DeliverySpans {
  readonly #tracer: Tracer | null;
  readonly #received = new WeakMap<Update, Received>();

  constructor(tracer: Tracer | null) {
    this.#tracer = tracer;
  }

  received(update: Update): void {
    if (this.#tracer === null || update.traceparent === undefined || this.#received.has(update)) return;
    this.#received.set(update, { at: Date.now(), sent: 0 });
  }

  delivered(field: string, update: Update): void {
    const received = this.#received.get(update);
    if (received === undefined || received.sent >= mostOfAnUpdate) return;
    received.sent += 1;
    const attributes = { 'graphql.operation.type': 'subscription', 'graphql.field.name': field, 'network.protocol.name': 'websocket' };
    this.#tracer
      ?.startSpan(`deliver ${field}`, { kind: SpanKind.PRODUCER, startTime: received.at, attributes }, contextOf(update.traceparent))
      .end();
  }
}
