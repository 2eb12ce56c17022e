import { type Attributes, type Span, SpanKind, type Tracer } from '@opentelemetry/api';
import { endSpan, inSpanOf } from '#platform/tracing/spans.ts';
import { contextOf, toTraceparent, withTraceparent } from '#platform/tracing/trace-context.ts';
import type { DomainEvent } from './contracts.ts';
import type { Delivery, Message } from './event-log.ts';

/** As the semantic conventions for messaging and CloudEvents name them. */
function attributesOf(message: Message, operation: 'send' | 'process'): Attributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': message.topic,
    'messaging.kafka.message.key': message.key,
    'cloudevents.event_id': message.headers['ce_id'] ?? '',
    'cloudevents.event_type': message.headers['ce_type'] ?? '',
  };
}

const isSampled = (traceparent: string | undefined): traceparent is string => traceparent?.endsWith('-01') === true;

/**
 * Publishes messages of an outbox, each within a span that began when its event was created: the time in the outbox is part of it. Who processes
 * the message continues from there.
 */
export async function sendInSpans<T>(
  tracer: Tracer | null,
  messages: readonly Message[],
  publish: (messages: readonly Message[]) => Promise<T>,
): Promise<T> {
  if (tracer === null || !messages.some(({ headers }) => isSampled(headers['traceparent']))) return publish(messages);
  const spans: Span[] = [];
  const sent = messages.map((message) => {
    const { traceparent, ce_time: time } = message.headers;
    const parent = isSampled(traceparent) ? contextOf(traceparent) : undefined;
    if (parent === undefined) return message;
    const began = Date.parse(time ?? '');
    const span = tracer.startSpan(
      `send ${message.topic}`,
      { kind: SpanKind.PRODUCER, attributes: attributesOf(message, 'send'), ...(Number.isNaN(began) ? {} : { startTime: began }) },
      parent,
    );
    spans.push(span);
    return { ...message, headers: { ...message.headers, traceparent: toTraceparent(span.spanContext()) } };
  });
  try {
    const result = await publish(sent);
    for (const span of spans) endSpan(span);
    return result;
  } catch (error) {
    for (const span of spans) endSpan(span, error);
    throw error;
  }
}

type Traced = { readonly delivery: Delivery; readonly event?: DomainEvent };

/**
 * Processes a batch with a span for each message of a recorded trace, as a child of its publisher's. One batch serves many traces: its statements
 * belong to the span of the first message, which the others link to. Events that are created for an event continue from the span of its message.
 */
export async function processInSpans<Received extends Traced>(
  tracer: Tracer | null,
  group: string,
  received: readonly Received[],
  process: (received: readonly (Received & { readonly span?: Span })[]) => Promise<void>,
): Promise<void> {
  const first = received.find(({ delivery }) => isSampled(delivery.headers['traceparent']));
  if (tracer === null || first === undefined) {
    await withTraceparent(received[0]?.delivery.headers['traceparent'], () => process(received));
    return;
  }
  const { traced, spans } = startSpans(tracer, group, received);
  const [leading] = spans;
  try {
    await (leading === undefined ? process(traced) : inSpanOf(tracer, leading, () => process(traced)));
    for (const span of spans) endSpan(span);
  } catch (error) {
    for (const span of spans) endSpan(span, error);
    throw error;
  }
}

function startSpans<Received extends Traced>(tracer: Tracer, group: string, received: readonly Received[]) {
  const spans: Span[] = [];
  const traced = received.map((one) => {
    const { delivery, event } = one;
    const traceparent = delivery.headers['traceparent'];
    const parent = isSampled(traceparent) ? contextOf(traceparent) : undefined;
    if (parent === undefined) return one;
    const [leading] = spans;
    const span = tracer.startSpan(
      `process ${delivery.topic}`,
      {
        kind: SpanKind.CONSUMER,
        attributes: {
          ...attributesOf(delivery, 'process'),
          'messaging.consumer.group.name': group,
          'messaging.destination.partition.id': String(delivery.partition),
          'messaging.kafka.offset': Number(delivery.offset),
          'messaging.batch.message_count': received.length,
        },
        links: leading === undefined ? [] : [{ context: leading.spanContext() }],
      },
      parent,
    );
    leading?.addLink({ context: span.spanContext() });
    spans.push(span);
    return { ...one, span, ...(event === undefined ? {} : { event: { ...event, traceparent: toTraceparent(span.spanContext()) } }) };
  });
  return { traced, spans };
}
