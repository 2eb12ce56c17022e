import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { GraphQLError, type GraphQLSchema, getOperationAST, Kind, parse, type SelectionSetNode } from 'graphql';
import type { PlannedOperation } from '../supergraph/planning/operation-planner.ts';
import type { EntityFetch } from '../supergraph/planning/required-inputs.ts';
import { isData, isSameOrSubType } from './entities.ts';
import type { Data } from './fetch.ts';

/** A field that a subgraph was not asked for, because what it needs to be sent was not there. The path is of the planner's keys. */
export type LostField = { readonly path: readonly (string | number)[]; readonly service: string };

const mostErrors = 20;
const message = 'This field could not be asked for: what it requires did not come.';

/** The keys of what a fetch would have brought an object of this type, without what is asked for even so. */
export function lostKeys(fetch: EntityFetch, typeName: string, schema: GraphQLSchema): string[] {
  const kept = new Set(fetch.withoutInputs ? keysOf(fetch.withoutInputs, typeName, schema) : []);
  return keysOf(fetch, typeName, schema).filter((key) => !kept.has(key));
}

function keysOf({ operation }: FetchNode, typeName: string, schema: GraphQLSchema): string[] {
  const [entities] = getOperationAST(parse(operation, { noLocation: true }))?.selectionSet.selections ?? [];
  return entities?.kind === Kind.FIELD ? keysIn(entities.selectionSet, typeName, schema) : [];
}

function keysIn(set: SelectionSetNode | undefined, typeName: string, schema: GraphQLSchema): string[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.alias?.value ?? selection.name.value];
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
    const condition = selection.typeCondition?.name.value;
    return condition === undefined || isSameOrSubType(schema, typeName, condition) ? keysIn(selection.selectionSet, typeName, schema) : [];
  });
}

/** Whether it is known of an object, or of one inside of it that is to be sent, why something is not there. */
export function isExplained(value: unknown, requires: readonly QueryPlanSelectionNode[], explained: WeakSet<object>): boolean {
  if (Array.isArray(value)) return value.some((item) => isExplained(item, requires, explained));
  if (!isData(value)) return false;
  if (explained.has(value)) return true;
  return requires.some((selection) => {
    if (selection.kind === 'InlineFragment') return isExplained(value, selection.selections, explained);
    return selection.selections !== undefined && isExplained(value[selection.alias ?? selection.name], selection.selections, explained);
  });
}

/** An error for each null of the answer that nothing else explains. At most 20, as for a fetch that fails. */
export function lossErrors(
  lost: readonly LostField[],
  { clientPath }: Pick<PlannedOperation, 'clientPath'>,
  data: unknown,
  reported: readonly GraphQLError[],
): GraphQLError[] {
  const errors = new Map<string, GraphQLError>();
  for (const { path, service } of lost) {
    if (errors.size >= mostErrors) break;
    const own = clientPath(path);
    if (own.length < path.length || !isNullAt(data, own) || reported.some((error) => isInside(own, error.path ?? [null]))) continue;
    errors.set(JSON.stringify(own), new GraphQLError(message, { path: own, extensions: { code: 'UNAVAILABLE', serviceName: service } }));
  }
  return [...errors.values()];
}

/** Whether the object is there, was asked for the field, and has none. */
function isNullAt(data: unknown, path: readonly (string | number)[]): boolean {
  let value = data;
  for (const part of path) {
    if (value === null || value === undefined || !Object.hasOwn(value, part)) return false;
    value = (value as Data)[part];
  }
  return value === null;
}

function isInside(path: readonly (string | number)[], outer: readonly unknown[]): boolean {
  return outer.length <= path.length && outer.every((part, index) => part === path[index]);
}
