import { GraphQLError } from 'graphql';
import { shorten } from '#platform/shorten.ts';
import { withoutValues } from '#platform/without-values.ts';

/** Why the gateway rejects an operation before planning, with its HTTP status. */
export const requestErrorStatus = {
  BAD_REQUEST: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  BAD_USER_INPUT: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  OPERATION_TOO_LARGE: 400,
  DOCUMENT_NOT_TRUSTED: 400,
  // by the protocol of automatic persisted queries the client sends the text next; a 4xx would look like a failure
  PERSISTED_QUERY_NOT_FOUND: 200,
  UNAUTHENTICATED: 401,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
} as const;

export type RequestErrorCode = keyof typeof requestErrorStatus;

/** An operation that goes no further, with errors that are fit for clients. */
export class RequestError extends Error {
  readonly errors: readonly GraphQLError[];
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(errors: readonly GraphQLError[], http: { status?: number; headers?: Readonly<Record<string, string>> } = {}) {
    super(errors[0]?.message ?? 'The operation is rejected.');
    this.name = 'RequestError';
    this.errors = errors;
    this.status = http.status ?? statusOf(errors[0]);
    this.headers = http.headers ?? {};
  }
}

export function graphqlError(code: RequestErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}): GraphQLError {
  return new GraphQLError(shorten(message), { extensions: { code, ...details } });
}

export function reject(
  code: RequestErrorCode,
  message: string,
  http: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): never {
  throw new RequestError([graphqlError(code, message)], http);
}

/** The same error with a code of the protocol, where it stands in the document. */
export function withCode(code: RequestErrorCode, error: GraphQLError, message = withoutValues(error.message)): GraphQLError {
  const { nodes, source, positions } = error;
  return new GraphQLError(message, { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, extensions: { code } });
}

function statusOf(error: GraphQLError | undefined): number {
  const code = error?.extensions['code'];
  return Object.entries(requestErrorStatus).find(([name]) => name === code)?.[1] ?? 400;
}
