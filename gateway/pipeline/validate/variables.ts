import {
  type DocumentNode,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  print,
  TypeInfo,
  ValidationContext,
  visit,
} from 'graphql';
import type { PreparedOperation } from '../operation.ts';
import { withExactNumbers } from '../parse/exact-numbers.ts';
import { graphqlError, RequestError } from '../request-error.ts';
import { coerceVariables } from './coerce-variables.ts';
import type { Variables } from './given-variables.ts';

/** It is not planned yet. */
type Readable = Omit<Extract<PreparedOperation, { ok: true }>, 'planned' | 'cost'>;

/** No input of ours is half as deep; much deeper ones cannot even be written as JSON again. */
const maxDepth = 64;
const required = new WeakMap<OperationDefinitionNode, ReadonlySet<string>>();

/**
 * The variables, which are what the operation asks for, by the specification's "Coercing Variable Values", and can be sent on as JSON.
 * @throws RequestError with BAD_USER_INPUT
 */
export function checkVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  given: Variables,
): Variables {
  rejectProblems(given);
  const variables = withExactNumbers(schema, operation, given);
  // a number that only a scalar of the graph's own may be
  if (variables !== given) rejectProblems(variables);
  const coerced = coerceVariables(schema, operation, variables);
  if (!coerced.ok) throw new RequestError(coerced.errors);
  for (const name of requiredBy(schema, document, operation)) {
    if (!Object.hasOwn(given, name) || given[name] !== null) continue;
    throw new RequestError([
      graphqlError('BAD_USER_INPUT', `Variable "$${name}" must not be null where the operation uses it; it may be left out.`),
    ]);
  }
  return variables;
}

function rejectProblems(variables: Variables): void {
  const problem = Object.values(variables).flatMap((value) => problemOf(value) ?? [])[0];
  if (problem !== undefined) throw new RequestError([graphqlError('BAD_USER_INPUT', problem)]);
}

/** What JSON has no words for: numbers beyond the largest, as 1e400 is read, and what is nested without end. */
function problemOf(value: unknown, depth = 1): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'A number in the variables is too large.';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > maxDepth) return `The variables are nested deeper than ${maxDepth} levels.`;
  for (const inner of Object.values(value)) {
    const problem = problemOf(inner, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Variables that are nullable by their type, because they have a default, but not where they are used. */
function requiredBy(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): ReadonlySet<string> {
  const known = required.get(operation);
  if (known) return known;
  const context = new ValidationContext(schema, document, new TypeInfo(schema), () => undefined);
  const usages = context.getRecursiveVariableUsages(operation).filter(({ type }) => isNonNullType(type));
  const names = new Set(usages.map(({ node }) => node.name.value));
  required.set(operation, names);
  return names;
}

/**
 * The same operation without variables whose names mean something to every object of JavaScript (`__proto__`, `constructor`): GraphQL allows
 * such names, and those who plan and run operations keep variables in plain objects.
 */
export function renameVariables(prepared: Readable): Readable {
  const names = (prepared.operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  const clashing = names.filter((name) => name in {});
  if (clashing.length === 0) return prepared;
  const renamed = new Map(clashing.map((name) => [name, freeName(name, names)]));
  const rename = (node: NameNode): NameNode => ({ ...node, value: renamed.get(node.value) ?? node.value });
  const document = visit(prepared.document, { Variable: (node) => ({ ...node, name: rename(node.name) }) });
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === prepared.operation.name?.value,
  );
  const variables = Object.fromEntries(
    Object.entries(prepared.request.variables ?? {}).map(([name, value]) => [renamed.get(name) ?? name, value]),
  );
  return {
    ok: true,
    document,
    operation: operation ?? prepared.operation,
    request: { ...prepared.request, query: print(document), variables },
  };
}

function freeName(name: string, taken: readonly string[]): string {
  let free = `${name}_`;
  while (taken.includes(free)) free += '_';
  return free;
}
