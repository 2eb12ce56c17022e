import type { Attributes } from '@opentelemetry/api';
import type { DocumentNode, GraphQLError, OperationDefinitionNode } from 'graphql';
import type { PlannedOperation } from '../supergraph/planning/operation-planner.ts';

/** An operation as a client sends it, in a body or in a socket's subscribe message. */
export type OperationRequest = {
  readonly query?: string | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
};
export type PreparedOperation =
  | {
      readonly ok: true;
      readonly document: DocumentNode;
      readonly operation: OperationDefinitionNode;
      readonly planned: PlannedOperation;
      /** The objects that it may bring by estimate, and each fetch as 50. */
      readonly cost: number;
      /** As it is to be run: with its text, and the variables of that text. */
      readonly request: OperationRequest & { readonly query: string };
    }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** How an operation is named in traces, by the semantic conventions for GraphQL servers. */
export function spanOf({ operation }: PreparedOperation & { readonly ok: true }): [string, Attributes] {
  const type = operation.operation;
  const name = operation.name?.value;
  if (name === undefined) return [type, { 'graphql.operation.type': type }];
  return [`${type} ${name}`, { 'graphql.operation.type': type, 'graphql.operation.name': name }];
}
