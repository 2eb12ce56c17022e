import {
  coerceInputValue,
  GraphQLError,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  print,
  typeFromAST,
  valueFromAST,
} from 'graphql';
import { shorten } from '#platform/shorten.ts';
import { withoutValues } from '#platform/without-values.ts';
import type { Variables } from './given-variables.ts';

/** The values, with defaults; or what is wrong with them, without repeating any. */
export type CoercedVariables =
  | { readonly ok: true; readonly values: Variables }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

type Definition = NonNullable<OperationDefinitionNode['variableDefinitions']>[number];

/** So many mistakes are reported of one request; the rest is not even looked for. */
const maxErrors = 20;

/**
 * "Coercing Variable Values" of the GraphQL specification (6.1.2), as graphql-js does it but for the number and the length of messages: its own
 * `getVariableValues` writes a whole object into the message about each of its fields, so that 8 KB of fields that are not defined take seconds.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: Pick<OperationDefinitionNode, 'variableDefinitions'>,
  given: Variables,
): CoercedVariables {
  const mistakes = new Mistakes();
  const values: [string, unknown][] = [];
  try {
    for (const definition of variableDefinitions) {
      const value = coerce(schema, definition, given, mistakes);
      if (value !== undefined) values.push([definition.variable.name.value, value]);
    }
  } catch (error) {
    if (!(error instanceof EnoughMistakes)) throw error;
  }
  return mistakes.errors.length === 0 ? { ok: true, values: Object.fromEntries(values) } : { ok: false, errors: mistakes.errors };
}

class EnoughMistakes extends Error {}

class Mistakes {
  readonly errors: GraphQLError[] = [];

  /** @throws EnoughMistakes */
  add(nodes: Definition, message: string): void {
    const text = shorten(`Variable "$${nodes.variable.name.value}" ${message}`);
    this.errors.push(new GraphQLError(text, { nodes, extensions: { code: 'BAD_USER_INPUT' } }));
    if (this.errors.length >= maxErrors) throw new EnoughMistakes();
  }
}

/** Undefined for a variable that has no value. */
function coerce(schema: GraphQLSchema, definition: Definition, given: Variables, mistakes: Mistakes): unknown {
  const name = definition.variable.name.value;
  const type = typeFromAST(schema, definition.type);
  if (!isInputType(type)) {
    mistakes.add(definition, `expected value of type "${print(definition.type)}" which cannot be used as an input type.`);
    return undefined;
  }
  if (!Object.hasOwn(given, name)) {
    if (definition.defaultValue) return valueFromAST(definition.defaultValue, type);
    if (isNonNullType(type)) mistakes.add(definition, `of required type "${type}" was not provided.`);
    return undefined;
  }
  const value = given[name];
  if (value === null && isNonNullType(type)) {
    mistakes.add(definition, `of non-null type "${type}" must not be null.`);
    return undefined;
  }
  return coerceInputValue(value, type, (path, _value, { message }) => {
    const place = path.length === 0 ? '' : ` at "${name}${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')}"`;
    mistakes.add(definition, `got invalid value${place}; ${withoutValues(message)}`);
  });
}
