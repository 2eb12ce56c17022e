import type { FetchNode, QueryPlanFieldNode, QueryPlanInlineFragmentNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import { isRawNumber } from '#platform/exact-json.ts';
import type { AskedFields } from './asked-fields.ts';
import type { Data } from './fetch.ts';

type Rewrite = NonNullable<FetchNode['outputRewrites']>[number];

/**
 * What a subgraph needs of an object to know it again: a selection of what is there. Undefined when something is missing, which then
 * cannot be asked for.
 */
export function representationOf(schema: GraphQLSchema, value: unknown, requires: readonly QueryPlanSelectionNode[]): Data | undefined {
  if (!isData(value)) return undefined;
  const found: Data = {};
  for (const selection of requires) {
    const part =
      selection.kind === 'InlineFragment' ? representedFragment(schema, value, selection) : representedField(schema, value, selection);
    if (part === undefined) return undefined;
    mergeInto(schema, found, part);
  }
  return found;
}

function representedFragment(
  schema: GraphQLSchema,
  value: Data,
  { typeCondition, selections }: QueryPlanInlineFragmentNode,
): Data | undefined {
  const applies = typeCondition === undefined || isOfType(schema, value, typeCondition, false);
  return applies ? representationOf(schema, value, selections) : {};
}

function representedField(schema: GraphQLSchema, value: Data, { alias, name, selections }: QueryPlanFieldNode): Data | undefined {
  const key = alias ?? name;
  const own = Object.hasOwn(value, key) ? value[key] : undefined;
  const inside = selections === undefined ? own : representedInside(schema, own, selections);
  return inside === undefined ? undefined : { [key]: inside };
}

function representedInside(schema: GraphQLSchema, value: unknown, selections: readonly QueryPlanSelectionNode[]): unknown {
  if (value === null || value === undefined) return value;
  if (!Array.isArray(value)) return representationOf(schema, value, selections);
  const items = value.map((item) => representedInside(schema, item, selections));
  return items.includes(undefined) ? undefined : items;
}

/**
 * Adds what was answered of the same object. Objects and lists of equal length become one, and of other values the later is kept; but what
 * an object is stays, when a subgraph that knows its interface only calls it by that. Of what a subgraph answers without being `asked`, nothing
 * takes the place of what another was asked for.
 */
export function mergeInto(schema: GraphQLSchema, target: Data, source: Data, asked?: AskedFields | null): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined || (key === '__typename' && isObjectTypeName(schema, target[key]))) continue;
    const inside = insideOf(asked, key);
    if (inside === 'not asked') continue;
    target[key] = Object.hasOwn(target, key) ? merged(schema, target[key], value, inside) : value;
  }
}

function insideOf(asked: AskedFields | null | undefined, key: string): AskedFields | null | 'not asked' {
  if (!asked) return null;
  const inside = asked.get(key);
  return inside === undefined && key !== '__typename' ? 'not asked' : (inside ?? null);
}

function isObjectTypeName(schema: GraphQLSchema, name: unknown): boolean {
  return typeof name === 'string' && isObjectType(schema.getType(name));
}

function merged(schema: GraphQLSchema, before: unknown, value: unknown, asked: AskedFields | null): unknown {
  if (isData(before) && isData(value)) {
    mergeInto(schema, before, value, asked);
    return before;
  }
  if (!Array.isArray(before) || !Array.isArray(value) || before.length !== value.length) return value;
  return before.map((item, index) => merged(schema, item, value[index], asked));
}

/** Changes an answer, or what is sent, with the planner's rewrites for types and fields that differ between subgraphs. */
export function applyRewrites(schema: GraphQLSchema, rewrites: readonly Rewrite[] | undefined, value: unknown): void {
  for (const rewrite of rewrites ?? []) applyAt(schema, rewrite.path.slice(0, -1), value, (data) => rewriteField(rewrite, data));
}

function rewriteField(rewrite: Rewrite, data: Data): void {
  const key = rewrite.path.at(-1) ?? '';
  if (rewrite.kind === 'ValueSetter') {
    data[key] = rewrite.setValueTo;
  } else if (Object.hasOwn(data, key)) {
    data[rewrite.renameKeyTo] = data[key];
    delete data[key];
  }
}

function applyAt(schema: GraphQLSchema, path: readonly string[], value: unknown, change: (data: Data) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) applyAt(schema, path, item, change);
    return;
  }
  if (!isData(value)) return;
  const [first, ...rest] = path;
  const prefix = '... on ';
  if (first === undefined) change(value);
  else if (!first.startsWith(prefix)) applyAt(schema, rest, Object.hasOwn(value, first) ? value[first] : undefined, change);
  else if (isOfType(schema, value, first.slice(prefix.length), true)) applyAt(schema, rest, value, change);
}

/** `fallback` is returned when the object has no `__typename`. */
function isOfType(schema: GraphQLSchema, value: Data, typeName: string, fallback: boolean): boolean {
  const own = value['__typename'];
  return typeof own === 'string' ? isSameOrSubType(schema, own, typeName) : fallback;
}

/** Whether what is of one type, as a subgraph calls it, is of another by the schema. */
export function isSameOrSubType(schema: GraphQLSchema, own: string, typeName: string): boolean {
  if (own === typeName) return true;
  const [type, condition] = [schema.getType(own), schema.getType(typeName)];
  return isAbstractType(condition) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(condition, type);
}

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** An answer that goes to several places is not shared by them, because each is added to. */
export function copyOf(data: Data): Data {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, copyOfValue(value)]));
}

function copyOfValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOfValue);
  return isData(value) ? copyOf(value) : value;
}
