import { Kind, type OperationDefinitionNode, type SelectionNode, type ValueNode } from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;
/** What the variables of an operation stand for: what came with the request, or the default of the operation. */
export type Given = { readonly variables: Variables; readonly defaults: ReadonlyMap<string, ValueNode> };

export function givenOf(operation: OperationDefinitionNode, variables: Variables): Given {
  const defaults = new Map<string, ValueNode>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue) defaults.set(variable.name.value, defaultValue);
  }
  return { variables, defaults };
}

/** False for what `@skip` or `@include` leaves out. */
export function isIncluded(given: Given, { directives = [] }: SelectionNode): boolean {
  return directives.every(({ name, arguments: [condition] = [] }) => {
    const value = condition && booleanOf(given, condition.value);
    if (name.value === 'skip') return value !== true;
    return name.value !== 'include' || value !== false;
  });
}

function booleanOf({ variables, defaults }: Given, value: ValueNode): boolean | undefined {
  if (value.kind === Kind.BOOLEAN) return value.value;
  if (value.kind !== Kind.VARIABLE) return undefined;
  const given = variables[value.name.value];
  const fallback = defaults.get(value.name.value);
  if (typeof given === 'boolean') return given;
  return fallback?.kind === Kind.BOOLEAN ? fallback.value : undefined;
}
