import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, type SelectionNode, type ValueNode, visit } from 'graphql';

/** The values of the variables that `@skip` and `@include` depend on; null when they are not known, and the planner has to see them. */
export type Conditions = ReadonlyMap<string, boolean> | null;

type Variables = Readonly<Record<string, unknown>>;

const names: ReadonlySet<string> = new Set(['skip', 'include']);

/** The variables on which `@skip` and `@include` of a document depend, sorted. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const found = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given }) {
      const value = names.has(name.value) ? given?.[0]?.value : undefined;
      if (value?.kind === Kind.VARIABLE) found.add(value.name.value);
    },
  });
  return [...found].sort();
}

/**
 * What the conditions of one request are.
 * @throws GraphQLError BAD_USER_INPUT when one of them is null, which only a nullable variable with a default can be.
 */
export function conditionsOf(variables: readonly string[], operation: OperationDefinitionNode, given: Variables): Map<string, boolean> {
  const conditions = new Map<string, boolean>();
  for (const name of variables) {
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    // of another operation of the document
    if (definition === undefined) continue;
    const sent = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = sent === undefined ? booleanOf(definition.defaultValue) : sent;
    if (typeof value !== 'boolean') {
      const message = `Variable "$${name}" decides whether a field is asked for, so it must be true or false.`;
      throw new GraphQLError(message, { nodes: definition, extensions: { code: 'BAD_USER_INPUT' } });
    }
    conditions.set(name, value);
  }
  return conditions;
}

/** Whether a selection is asked for at all. */
export function isAskedFor({ directives = [] }: SelectionNode, conditions: Conditions): boolean {
  if (conditions === null) return true;
  return directives.every(({ name, arguments: given }) => {
    if (!names.has(name.value)) return true;
    const value = given?.[0]?.value;
    const isTrue = value?.kind === Kind.VARIABLE ? conditions.get(value.name.value) : booleanOf(value);
    return isTrue === (name.value === 'include');
  });
}

/** The directives of a selection that are not decided yet. */
export function openDirectives({ directives = [] }: SelectionNode, conditions: Conditions) {
  return conditions === null ? directives : directives.filter(({ name }) => !names.has(name.value));
}

function booleanOf(value: ValueNode | undefined): boolean | undefined {
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}
