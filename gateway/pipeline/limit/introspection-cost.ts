import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Collected, type Collection, collectFields, type Fragments } from './field-collection.ts';

/** How many there are, in the mean, of what a field of an introspection type lists. */
export type SchemaSizes = Readonly<Record<string, number>>;

export function sizesOf(schema: GraphQLSchema): SchemaSizes {
  const types = Object.values(schema.getTypeMap());
  const fields = types.flatMap((type) => (isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []));
  const each = (count: number, among: number) => Math.max(1, count / Math.max(1, among));
  return {
    types: types.length,
    directives: schema.getDirectives().length,
    fields: each(fields.length, types.length),
    args: each(fields.flatMap(({ args }) => args).length, fields.length),
    inputFields: each(types.flatMap((type) => (isInputObjectType(type) ? Object.keys(type.getFields()) : [])).length, types.length),
    enumValues: each(types.flatMap((type) => (isEnumType(type) ? type.getValues() : [])).length, types.length),
    interfaces: 1,
    possibleTypes: 1,
  };
}

type Sets = readonly { readonly set: SelectionSetNode; readonly place: null }[];

/** What an operation asks of the schema: how many values that may bring, each times the sizes of the lists around it; and how often it asks for all of it. */
export function introspectionOf(
  sizes: SchemaSizes,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): { readonly values: number; readonly wholes: number } {
  const collection: Collection<null> = { fragments, narrow: (place) => place };
  const innerOf = (group: readonly Collected<null>[]): Sets =>
    group.flatMap(({ node, place }) => (node.selectionSet ? [{ set: node.selectionSet, place }] : []));
  const valuesOf = (group: readonly Collected<null>[]): number => {
    const sets = innerOf(group);
    let inside = 0;
    for (const inner of collectFields(sets, collection).values()) inside += valuesOf(inner);
    const name = group[0]?.node.name.value ?? '';
    return (sets.length > 0 && Object.hasOwn(sizes, name) ? (sizes[name] ?? 1) : 1) * (1 + inside);
  };
  const roots = [...collectFields([{ set: operation.selectionSet, place: null }], collection).values()].filter((group) =>
    group.some(({ node: { name } }) => name.value === '__schema' || name.value === '__type'),
  );
  const isWhole = (group: readonly Collected<null>[]) => group[0]?.node.name.value === '__schema';
  return { values: Math.ceil(roots.reduce((sum, group) => sum + valuesOf(group), 0)), wholes: roots.filter(isWhole).length };
}
