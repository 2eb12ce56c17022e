import type { Sent } from '../graph/send.ts';
import type { FieldProblem, Problems } from './checks.ts';

/** Why a form did not go through, as far as it is about none of its fields. `because` is a word of the page itself. */
export type Trouble<Reason extends string = never> =
  | { readonly kind: 'offline' }
  | { readonly kind: 'failed'; readonly traceId: string | null }
  | { readonly kind: 'wait'; readonly seconds: number }
  /** The shop is overloaded by other clients. */
  | { readonly kind: 'busy'; readonly seconds: number }
  /** The message of the graph, where the page has no text of its own. */
  | { readonly kind: 'message'; readonly message: string }
  | { readonly kind: 'because'; readonly reason: Reason };

export type SubmitFailure<Field extends string, Reason extends string = never> = {
  readonly problems?: Problems<Field>;
  readonly trouble?: Trouble<Reason>;
};

type Answer = { readonly __typename: string };

/** The trouble of a request without an answer, or with an error instead of a result. */
export function fromFailedRequest(sent: Extract<Sent<unknown>, { ok: false }>): { readonly trouble: Trouble } {
  const { retryAfterSeconds: seconds } = sent;
  if (seconds !== undefined) return { trouble: { kind: sent.code === 'RATE_LIMITED' ? 'wait' : 'busy', seconds } };
  const isOffline = sent.code === 'OFFLINE' || sent.code === 'UNAVAILABLE';
  return { trouble: isOffline ? { kind: 'offline' } : { kind: 'failed', traceId: sent.traceId } };
}

/**
 * The user errors that many mutations share: too many attempts, and an input that the shop does not take. `fields` maps to the name of
 * the graph (`shippingAddress.city`) a field of the form is known. Null for another answer: the page knows what it is.
 */
export function fromUserError<Field extends string>(
  answer: Answer & Partial<{ message: string; retryAfterSeconds: number; problems: readonly { field: string; message: string }[] }>,
  fields: Readonly<Partial<Record<string, Field>>>,
): SubmitFailure<Field> | null {
  if (answer.__typename === 'TooManyAttempts') return { trouble: { kind: 'wait', seconds: answer.retryAfterSeconds ?? 60 } };
  if (answer.__typename !== 'InvalidInput') return null;
  const problems: { [Name in Field]?: FieldProblem } = {};
  const others: string[] = [];
  for (const { field, message } of answer.problems ?? []) {
    const own = fields[field];
    if (own === undefined) others.push(message);
    else problems[own] = 'rejected';
  }
  return { problems, ...(others.length > 0 ? { trouble: { kind: 'message', message: others.join(' ') } } : {}) };
}

/** The fields of a form that the graph knows by the same names. */
export function sameNames<Field extends string>(fields: readonly Field[], prefix = ''): Partial<Record<string, Field>> {
  return Object.fromEntries(fields.map((field) => [`${prefix}${field}`, field]));
}
