import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { spanLine } from '#platform/tracing/span-lines.ts';
import type { EventLog, Message } from './event-log.ts';
import { assertFits } from './message-limits.ts';

/** At the most of this size each, so that a message takes what a few hundred spans need. */
const mostSpans = 256;

/** Exports spans to the topic `traces`, a line each. Spans may be lost, and delay no events. */
export function spanExporterOf(eventLog: EventLog): SpanExporter {
  return {
    export(spans, onResult) {
      publish(eventLog, spans).then(
        () => onResult({ code: 0 }),
        (error: unknown) => onResult({ code: 1, error: error instanceof Error ? error : new Error(String(error)) }),
      );
    },
    shutdown: async () => undefined,
  };
}

async function publish(eventLog: EventLog, spans: readonly ReadableSpan[]): Promise<void> {
  const messages: Message[] = [];
  for (let begin = 0; begin < spans.length; begin += mostSpans) messages.push(toMessage(spans.slice(begin, begin + mostSpans)));
  for (const message of messages) assertFits(message);
  await eventLog.report(messages);
}

/** All spans of a process have its resource. */
function toMessage(spans: readonly ReadableSpan[]): Message {
  const { [ATTR_SERVICE_NAME]: service = '', 'service.instance.id': instance = '' } = spans[0]?.resource.attributes ?? {};
  return {
    topic: 'traces',
    key: String(service),
    headers: { service: String(service), instance: String(instance) },
    value: spans.map(spanLine).join('\n'),
  };
}
