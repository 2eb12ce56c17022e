import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { ExactLiterals } from './exact-literals.ts';
import type { Asked, AskedField } from './selections.ts';

/** The planner's own name for what it sends of entities. */
const plannersVariable = 'representations';

export type PlannerDocument = {
  /** Null when no subgraph has anything to do with it. */
  readonly document: DocumentNode | null;
  readonly literals: ExactLiterals;
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  /** The client's name of each variable that has another one here. */
  readonly renamedVariables: ReadonlyMap<string, string>;
};

type Writing = { readonly schema: GraphQLSchema; readonly literals: ExactLiterals; readonly nameOf: (variable: string) => string };

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** Writes an operation so that the planner cannot misunderstand it. What it means is the same; introspection is not in it. */
export function writePlannerDocument(
  schema: GraphQLSchema,
  source: DocumentNode,
  operation: OperationDefinitionNode,
  selections: readonly Asked[],
): PlannerDocument {
  const definitions = operation.variableDefinitions ?? [];
  const nameOf = namesOf(definitions);
  const writing: Writing = { schema, literals: new ExactLiterals(source), nameOf };
  const root = schema.getRootType(operation.operation) ?? undefined;
  const set = writeRoot(selections, root, writing);
  const variableDefinitions = definitions.map((definition) => writeDefinition(definition, writing));
  const own = variableDefinitions.map(
    ({ variable }, index) => [variable.name.value, definitions[index]?.variable.name.value ?? ''] as const,
  );
  // without its name, which the planner would write into what subgraphs are asked: equal operations are to have one plan
  const { name: _, ...unnamed } = operation;
  return {
    document: set === null ? null : { kind: Kind.DOCUMENT, definitions: [{ ...unnamed, variableDefinitions, selectionSet: set }] },
    literals: writing.literals,
    variableDefinitions,
    renamedVariables: new Map(own.filter(([name, client]) => name !== client)),
  };
}

function namesOf(definitions: readonly VariableDefinitionNode[]): (variable: string) => string {
  const names = new Set(definitions.map(({ variable }) => variable.name.value));
  if (!names.has(plannersVariable)) return (name) => name;
  let other = `${plannersVariable}_`;
  while (names.has(other)) other = `${other}_`;
  return (name) => (name === plannersVariable ? other : name);
}

function writeDefinition(definition: VariableDefinitionNode, writing: Writing): VariableDefinitionNode {
  const { variable, defaultValue } = definition;
  const type = typeFromAST(writing.schema, definition.type);
  const name = { ...variable.name, value: writing.nameOf(variable.name.value) };
  const written = defaultValue && writing.literals.hide(defaultValue, isInputType(type) ? type : undefined);
  return { ...definition, variable: { ...variable, name }, ...(written ? { defaultValue: written as typeof defaultValue } : {}) };
}

function writeRoot(selections: readonly Asked[], root: GraphQLNamedType | undefined, writing: Writing): SelectionSetNode | null {
  const written = writeAll(withoutMeta(selections), root, writing);
  return written.length === 0 ? null : setOf(written);
}

/** The gateway answers these itself. */
function withoutMeta(selections: readonly Asked[]): readonly Asked[] {
  return selections.flatMap((asked): readonly Asked[] => {
    if (asked.kind === 'field') return asked.node.name.value.startsWith('__') ? [] : [asked];
    return [{ ...asked, selections: withoutMeta(asked.selections) }];
  });
}

function writeAll(selections: readonly Asked[], parent: GraphQLNamedType | undefined, writing: Writing): SelectionNode[] {
  return selections.flatMap((asked): SelectionNode[] => {
    if (asked.kind === 'field') return [writeField(asked, parent, writing)];
    const type = asked.typeName === null ? parent : writing.schema.getType(asked.typeName);
    const inside = writeAll(asked.selections, type, writing);
    if (inside.length === 0) return [];
    const condition = asked.typeName === null ? {} : { typeCondition: namedType(asked.typeName) };
    const directives = asked.directives.map((directive) => renameVariables(directive, writing.nameOf));
    return [{ kind: Kind.INLINE_FRAGMENT, ...condition, directives, selectionSet: setOf(inside) }];
  });
}

function writeField(
  { key, node, directives, selections }: AskedField,
  parent: GraphQLNamedType | undefined,
  writing: Writing,
): SelectionNode {
  const name = node.name.value;
  if (name === '__typename') return typename;
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  const inside = selections && writeAll(selections, field && getNamedType(field.type), writing);
  return {
    kind: Kind.FIELD,
    name: node.name,
    ...(key === name ? {} : { alias: { kind: Kind.NAME, value: key } }),
    arguments: (node.arguments ?? []).map((argument) => writeArgument(argument, field, writing)),
    directives: directives.map((directive) => renameVariables(directive, writing.nameOf)),
    // that the object is there has to be known, whatever is left of it
    ...(inside ? { selectionSet: setOf(inside.length === 0 ? [typename] : inside) } : {}),
  };
}

function writeArgument(argument: ArgumentNode, field: GraphQLField<unknown, unknown> | undefined, writing: Writing): ArgumentNode {
  const type = field?.args.find(({ name }) => name === argument.name.value)?.type;
  return { ...argument, value: writing.literals.hide(renameVariables<ValueNode>(argument.value, writing.nameOf), type) };
}

function renameVariables<Node extends ValueNode | NonNullable<FieldNode['directives']>[number]>(
  node: Node,
  nameOf: Writing['nameOf'],
): Node {
  return visit(node, {
    Variable: (variable) => ({ ...variable, name: { ...variable.name, value: nameOf(variable.name.value) } }),
  });
}

function namedType(name: string) {
  return { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } } as const;
}

function setOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}
