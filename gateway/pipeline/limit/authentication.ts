import type { PreparedOperation } from '../operation.ts';
import { givenOf, isIncluded } from '../validate/given-variables.ts';
import { collectFields, fragmentsOf } from './field-collection.ts';

type Operation = Pick<Extract<PreparedOperation, { ok: true }>, 'document' | 'operation' | 'request'>;

/** Mutations that cost a password hash, or a mail: each of them takes from the budget of the caller's address. */
const attempts = ['register', 'logIn', 'changePassword', 'requestPasswordReset', 'resetPassword', 'changeEmail', 'deleteAccount'] as const;

/** These, and those that verify a secret: an operation may contain one of them. */
export const authenticationMutations: ReadonlySet<string> = new Set([...attempts, 'refreshSession', 'confirmEmail']);

const attemptNames: ReadonlySet<string> = new Set(attempts);

/** How many attempts at authentication an operation makes when it is run: fields of its root, without what is skipped. */
export function attemptsOf({ document, operation, request }: Operation): number {
  if (operation.operation !== 'mutation') return 0;
  const given = givenOf(operation, request.variables ?? {});
  const fields = collectFields([{ set: operation.selectionSet, place: true as const }], {
    fragments: fragmentsOf(document),
    narrow: (place) => place,
    isIncluded: (selection) => isIncluded(given, selection),
  });
  return [...fields.values()].filter(([first]) => first !== undefined && attemptNames.has(first.node.name.value)).length;
}
