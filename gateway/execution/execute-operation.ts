import type { PlanNode } from '@apollo/query-planner';
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { PlannedOperation } from '../supergraph/planning/operation-planner.ts';
import { type AnswerProblem, completeAnswer } from './complete-answer.ts';
import type { FetchError } from './fetch.ts';
import { lossErrors } from './lost-fields.ts';
import { asRejectedValue } from './rejected-values.ts';
import { type PlacedError, type PlanRun, runPlan } from './run-plan.ts';

export type OperationExecution = {
  readonly planned: Omit<PlannedOperation, 'plan'> & { readonly plan: PlanNode | undefined };
  /** As the client sent them, or coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** What the schema answers of it, by the client's keys. */
  readonly introspection: Readonly<Record<string, unknown>>;
  readonly ask: PlanRun['ask'];
};

/**
 * Carries out a planned operation, and answers what was asked: under the client's keys, complete by the schema, each null that the schema
 * does not allow explained by an error with a path. The errors are not fit for clients yet. Never rejects for what a subgraph does.
 */
export async function executeOperation({ planned, variables, introspection, ask }: OperationExecution): Promise<ExecutionResult> {
  const variable = (name: string): unknown => {
    const own = planned.variableName(name);
    return Object.hasOwn(variables, own) ? variables[own] : undefined;
  };
  const { supergraphSchema, apiSchema: schema } = planned.schemas;
  const ran = planned.plan ? await runPlan(planned.plan, { ask, supergraphSchema, variable }) : { data: {}, errors: [], lost: [] };
  const { data: found, errors: placed, lost } = ran;
  const reported = distinct(placed.map((error) => toGraphQLError(error, planned)));
  const completed = completeAnswer({
    schema,
    rootType: planned.rootType,
    shape: planned.shape,
    data: found,
    introspection,
    reportedPaths: reported.flatMap(({ path }) => (path ? [path] : [])),
  });
  const { data } = completed;
  const explained = [...distinct(reported.map((error) => onlyInside(data, error))), ...completed.problems.map(toInternalError)];
  const errors = [...explained, ...lossErrors(lost, planned, data, explained)];
  return errors.length === 0 ? { data } : { data, errors };
}

function toGraphQLError({ error, service, path }: PlacedError, planned: OperationExecution['planned']): GraphQLError {
  const { message, extensions } = asRejectedValue(error, planned.hasScalarLiterals);
  return new GraphQLError(message, {
    path: path && somewhere(planned.clientPath(path)),
    extensions: { ...extensions, serviceName: service },
    ...(error instanceof Error ? { originalError: error as Error & FetchError } : {}),
  });
}

/** A path that leads to nothing that was asked for is none. */
function somewhere(path: (string | number)[]): (string | number)[] | null {
  return path.length === 0 ? null : path;
}

function toInternalError({ message, path }: AnswerProblem): GraphQLError {
  return new GraphQLError(message, { path });
}

/** The same error at the last object that has a field for it: a subgraph that knows an interface as an object is asked more than its type has. */
function onlyInside(data: unknown, error: GraphQLError): GraphQLError {
  let value = data;
  for (const [index, part] of (error.path ?? []).entries()) {
    if (value === null || value === undefined) return error;
    if (!Object.hasOwn(value, part)) return withPath(error, error.path?.slice(0, index) ?? []);
    value = (value as Record<string | number, unknown>)[part];
  }
  return error;
}

function withPath({ message, extensions, originalError }: GraphQLError, path: readonly (string | number)[]): GraphQLError {
  return new GraphQLError(message, { path: somewhere([...path]), extensions, ...(originalError ? { originalError } : {}) });
}

/** An error of a field that the client did not select is reported once, on its parent object. */
function distinct(errors: readonly GraphQLError[]): GraphQLError[] {
  const byText = new Map(errors.map((error) => [JSON.stringify([error.message, error.path, error.extensions['code']]), error]));
  return [...byText.values()];
}
