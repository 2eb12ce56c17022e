import { context, trace } from '@opentelemetry/api';
import type { GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { failSpan, startSpan } from '../tracing/spans.ts';

/**
 * Records each root field, and each set of entities, as a span. The fields below are resolved by loaders, whose statements have spans of their
 * own: a span for every field would outnumber them by far.
 */
export function traceRootFields(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()])
    for (const field of Object.values(type?.getFields() ?? {})) if (type) traceField(type, field);
}

function traceField(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): void {
  const { resolve } = field;
  if (resolve === undefined) return;
  const of = field.name === '_entities' ? entityTypesOf : () => '';
  field.resolve = (source, args, requestContext, info) => {
    const span = startSpan(`${type.name}.${field.name}${of(args)}`, { attributes: { 'graphql.field.name': field.name } });
    if (span === null) return resolve(source, args, requestContext, info);
    const result = context.with(trace.setSpan(context.active(), span), () => resolve(source, args, requestContext, info));
    Promise.all(Array.isArray(result) ? result : [result])
      .catch((error: unknown) => failSpan(span, error))
      .finally(() => span.end());
    return result;
  };
}

function entityTypesOf({ representations = [] }: { readonly representations?: readonly { readonly __typename?: unknown }[] }): string {
  const types = [...new Set(representations.map(({ __typename }) => String(__typename)))];
  return types.length === 0 ? '' : ` ${types.join(', ')}`;
}
