import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
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

type Variables = Readonly<Record<string, unknown>>;
type Walk = {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Variables;
  readonly defaults: ReadonlyMap<string, ValueNode>;
};

const sizeArguments = ['first', 'last', 'limit'];
/** What a list that nobody sized is taken to hold. */
const unsizedList = 10;
const largestSize = 10_000;
const mutationCost = 10;

/**
 * How many objects an operation may bring: every object counts one, times the sizes of the lists around it. A size is taken from
 * `first`, `last` or `limit` of the list or of the connection it is in. For a document that was validated and measured.
 */
export function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const defaults = new Map<string, ValueNode>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue) defaults.set(variable.name.value, defaultValue);
  }
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  const cost = costOfSelections({ schema, fragments, variables, defaults }, operation.selectionSet, root, undefined);
  return operation.operation === 'mutation' ? cost + mutationCost * operation.selectionSet.selections.length : cost;
}

function costOfSelections(walk: Walk, set: SelectionSetNode, parent: GraphQLCompositeType, size: number | undefined): number {
  let cost = 0;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) cost += costOfField(walk, selection, parent, size);
    else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const type = narrowed(walk, selection.typeCondition?.name.value) ?? parent;
      cost += costOfSelections(walk, selection.selectionSet, type, size);
    } else {
      const fragment = walk.fragments.get(selection.name.value);
      const type = narrowed(walk, fragment?.typeCondition.name.value);
      if (fragment && type) cost += costOfSelections(walk, fragment.selectionSet, type, size);
    }
  }
  return cost;
}

function costOfField(walk: Walk, node: FieldNode, parent: GraphQLCompositeType, inherited: number | undefined): number {
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
  const type = field && getNamedType(field.type);
  // introspection is not among the fields of a type and costs no subgraph anything
  if (!field || !node.selectionSet || !isCompositeType(type)) return 0;
  const size = sizeOf(walk, node, field);
  if (!isListType(getNullableType(field.type))) return 1 + costOfSelections(walk, node.selectionSet, type, size);
  return (size ?? inherited ?? unsizedList) * (1 + costOfSelections(walk, node.selectionSet, type, undefined));
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

function narrowed(walk: Walk, name: string | undefined): GraphQLCompositeType | undefined {
  const type = name === undefined ? undefined : walk.schema.getType(name);
  return isCompositeType(type) ? type : undefined;
}
