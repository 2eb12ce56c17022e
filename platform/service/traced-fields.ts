import { context, type Span, trace } from '@opentelemetry/api';
import type { GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { Histogram, type Registry } from 'prom-client';
import { durationBuckets, secondsSince } from '../metrics.ts';
import { endSpan, isRecording, startSpan } from '../tracing/spans.ts';

/** Told of each root field when it has ended. */
export type ObserveField = (field: string, seconds: number, failed: boolean) => void;

/** Shows how long root fields take, and how many fail; a user error is an answer. */
export function measureFields(registry: Registry): ObserveField {
  const histogram = new Histogram({
    name: 'marigold_subgraph_field_seconds',
    help: 'How long root fields took, sets of entities among them.',
    labelNames: ['field', 'outcome'],
    buckets: durationBuckets,
    registers: [registry],
  });
  return (field, seconds, failed) => histogram.observe({ field, outcome: failed ? 'failed' : 'answered' }, seconds);
}

/**
 * Records each root field, and each set of entities, as a span. The fields below are resolved by loaders, whose statements have spans of their
 * own: a span for every field would outnumber them by far. `observe` is told of all, recorded or not.
 */
export function traceRootFields(schema: GraphQLSchema, observe: ObserveField | null): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()])
    for (const field of Object.values(type?.getFields() ?? {})) if (type) traceField(type, field, observe);
}

function traceField(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, observe: ObserveField | null): void {
  const { resolve } = field;
  if (resolve === undefined) return;
  const of = field.name === '_entities' ? entityTypesOf : () => '';
  const name = `${type.name}.${field.name}`;
  field.resolve = (source, args, requestContext, info) => {
    const span = isRecording() ? startSpan(name + of(args), { attributes: { 'graphql.field.name': field.name } }) : null;
    const run = () => resolve(source, args, requestContext, info);
    if (span === null && observe === null) return run();
    const startedAt = performance.now();
    const ended = (error?: unknown) => {
      if (span !== null) endSpan(span, error);
      observe?.(name, secondsSince(startedAt), error !== undefined);
    };
    const result = started(span, run, ended);
    Promise.all(Array.isArray(result) ? result : [result]).then(
      () => ended(),
      (error: unknown) => ended(error ?? new Error('a field failed')),
    );
    return result;
  };
}

/** Calls the resolver in the span; `ended` is called here when it throws at once. */
function started<T>(span: Span | null, run: () => T, ended: (error: unknown) => void): T {
  try {
    return span === null ? run() : context.with(trace.setSpan(context.active(), span), run);
  } catch (error) {
    ended(error);
    throw error;
  }
}

function entityTypesOf({ representations = [] }: { readonly representations?: readonly { readonly __typename?: unknown }[] }): string {
  const types = [...new Set(representations.map(({ __typename }) => String(__typename)))];
  return types.length === 0 ? '' : ` ${types.join(', ')}`;
}
