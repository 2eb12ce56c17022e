import type { GraphQLError } from 'graphql';
import { graphqlError } from '../pipeline/request-error.ts';

/** The errors with which a subscription ends, or does not begin. UNAVAILABLE means that subscribing again may help. */

export function tooSlow(): GraphQLError {
  return graphqlError(
    'UNAVAILABLE',
    'The client took its messages too slowly and was cut off. Subscribe again from the last version it got.',
  );
}

export function noLongerValid(problems: readonly GraphQLError[]): GraphQLError {
  const reasons = problems.map((problem) => problem.message).join(' ');
  return graphqlError('GRAPHQL_VALIDATION_FAILED', `The schema has changed, and this subscription is no longer valid. ${reasons}`);
}

export function tooManyOperations(most: number): GraphQLError {
  return graphqlError('RATE_LIMITED', `At most ${most} operations may be under way on one socket.`);
}

export function tooMuchFromAddress(): GraphQLError {
  return graphqlError('RATE_LIMITED', 'Too much is under way from your address. End a subscription before you begin another.');
}

/** Never sent: the client has already completed the operation. */
export function completed(): GraphQLError {
  return graphqlError('BAD_REQUEST', 'The operation was completed by the client before it began.');
}
