import { newTraceparent } from '#platform/tracing/new-traceparent.ts';
import refreshSession from '../../schema/operations/storefront/refresh-session.graphql';
import type { RefreshSessionMutation } from '../../schema/operations/storefront.types.ts';
import type { Renewal } from './session.ts';

/** Trades the refresh token for a new session. Rejects when the shop does not answer, or answers with a fault of its own. */
export async function refresh(url: string, refreshToken: string): Promise<Renewal> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: newTraceparent() },
    body: JSON.stringify({
      operationName: 'RefreshSession',
      variables: { input: { refreshToken } },
      extensions: { persistedQuery: { version: 1, sha256Hash: refreshSession.hash } },
    }),
    signal: AbortSignal.timeout(10_000),
  });
  const { data } = (await response.json()) as { data?: RefreshSessionMutation | null };
  const answer = data?.refreshSession;
  if (!answer) throw new Error('The session could not be renewed at the moment.');
  return answer.__typename === 'RefreshSessionSuccess' ? answer.session : 'gone';
}
