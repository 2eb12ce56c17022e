import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { type Given, givenOf, isIncluded, type Variables } from '../validate/given-variables.ts';
import { type Collected, type Collection, collectFields, fragmentsOf } from './field-collection.ts';

type Walk = Collection<GraphQLCompositeType> & Given;
type Sets = readonly { readonly set: SelectionSetNode; readonly place: GraphQLCompositeType }[];

const sizeArguments = ['first', 'last', 'limit'];
/** The assumed length of a list whose size is not given. */
const unsizedList = 10;
const largestSize = 10_000;
const mutationCost = 10;

/**
 * How many objects an operation may bring: every object counts one, times the sizes of the lists around it. A size is taken from
 * `first`, `last` or `limit` of the list or of the connection it is in. Counted is what is executed: what stands under one key of the answer
 * once, and nothing that is skipped. For a document that was validated and measured.
 */
export function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): number {
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  const given = givenOf(operation, variables);
  const walk: Walk = {
    ...given,
    fragments: fragmentsOf(document),
    narrow: (place, name) => (name === undefined ? place : compositeOf(schema.getType(name))),
    isIncluded: (selection) => isIncluded(given, selection),
  };
  const sets = [{ set: operation.selectionSet, place: root }];
  const cost = costOfSets(walk, sets, undefined);
  return operation.operation === 'mutation' ? cost + mutationCost * collectFields(sets, walk).size : cost;
}

function costOfSets(walk: Walk, sets: Sets, size: number | undefined): number {
  let cost = 0;
  for (const group of collectFields(sets, walk).values()) cost += costOfField(walk, group, size);
  return cost;
}

/**
 * The fields under one key are one for every object, though types may differ in what they have there; then the largest counts, with whatever
 * is selected of any.
 */
function costOfField(walk: Walk, group: readonly Collected<GraphQLCompositeType>[], inherited: number | undefined): number {
  const sets: Sets = group.flatMap(({ node, place }) => {
    const type = compositeOf(getNamedType(fieldOf(node, place)?.type));
    return node.selectionSet && type ? [{ set: node.selectionSet, place: type }] : [];
  });
  // introspection is not among the fields of a type and costs no subgraph anything
  if (sets.length === 0) return 0;
  const fields = group.flatMap(({ node, place }) => {
    const field = fieldOf(node, place);
    return field ? [{ isList: isListType(getNullableType(field.type)), size: sizeOf(walk, node, field) }] : [];
  });
  const size = largest(fields.map((field) => field.size));
  const times = fields.some(({ isList }) => isList) ? (size ?? inherited ?? unsizedList) : 1;
  // once for all of them: for each, the work would grow with every level
  return times * (1 + costOfSets(walk, sets, fields.every(({ isList }) => isList) ? undefined : size));
}

function largest(sizes: readonly (number | undefined)[]): number | undefined {
  const given = sizes.filter((size) => size !== undefined);
  return given.length === 0 ? undefined : Math.max(...given);
}

function fieldOf(node: FieldNode, parent: GraphQLCompositeType): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
}

function sizeOf(walk: Walk, node: FieldNode, field: GraphQLField<unknown, unknown>): number | undefined {
  for (const argument of field.args) {
    if (!sizeArguments.includes(argument.name)) continue;
    const given = node.arguments?.find(({ name }) => name.value === argument.name);
    const value = (given && numberOf(walk, given.value)) ?? argument.defaultValue;
    if (typeof value === 'number') return Math.min(Math.max(value, 0), largestSize);
  }
  return undefined;
}

function numberOf(walk: Walk, value: ValueNode): number | undefined {
  if (value.kind === Kind.INT) return Number(value.value);
  if (value.kind !== Kind.VARIABLE) return undefined;
  const name = value.name.value;
  const given = walk.variables[name];
  if (typeof given === 'number') return given;
  const fallback = walk.defaults.get(name);
  return fallback?.kind === Kind.INT ? Number(fallback.value) : undefined;
}

function compositeOf(type: GraphQLNamedType | undefined): GraphQLCompositeType | undefined {
  return isCompositeType(type) ? type : undefined;
}
