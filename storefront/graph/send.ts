import type { AnyVariables, Client, TypedDocumentNode } from 'urql';
import { codeOf } from './client.ts';

/**
 * The result of a mutation: its data, or an error code. After `OFFLINE` it is unknown whether it was executed; with `retryAfterSeconds` it was
 * not, and can be retried after that time.
 */
export type Sent<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly code: string; readonly traceId: string | null; readonly retryAfterSeconds?: number };

/** Sends a mutation once. Never rejects, and never waits longer than `timeoutMs` for an answer. */
export async function send<Data, Variables extends AnyVariables>(
  client: Client,
  mutation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { timeoutMs = 20_000 }: { timeoutMs?: number } = {},
): Promise<Sent<Data>> {
  const answer = await within(timeoutMs, client.mutation<Data, Variables>(mutation, variables).toPromise());
  if (answer === null) return { ok: false, code: 'OFFLINE', traceId: null };
  const { data, error } = answer;
  if (data !== undefined && data !== null && !error) return { ok: true, data };
  const { traceId, retryAfterSeconds } = error?.graphQLErrors[0]?.extensions ?? {};
  return {
    ok: false,
    code: codeOf(error) ?? 'INTERNAL',
    traceId: typeof traceId === 'string' ? traceId : null,
    ...(typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}),
  };
}

/** What the work comes to; null when it is not done in `ms` milliseconds. */
export function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, null);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
