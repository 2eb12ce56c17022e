import { useEffect, useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, type UseQueryArgs, useQuery } from 'urql';
import { codeOf } from './client.ts';

const againAfterMs = 3000;

/**
 * A query that a page shows. While the shop does not answer it is asked again every few seconds, and as soon as the browser is online; `problem` is the
 * code of what went wrong and null when all is well, and what was known before stays in `data`.
 */
export function useShopQuery<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options: Pick<UseQueryArgs<Variables, Data>, 'pause' | 'requestPolicy'> = {},
) {
  const [{ data, fetching, stale, error }, execute] = useQuery<Data, Variables>({ query, variables, ...options } as UseQueryArgs<
    Variables,
    Data
  >);
  // an answer that did not come empties the result: what the page shows, and what is typed into it, must not go with it
  const key = JSON.stringify(variables);
  const [kept, setKept] = useState<{ readonly key: string; readonly data: Data } | null>(null);
  if (!fetching && data != null && (kept?.data !== data || kept.key !== key)) setKept({ key, data });
  const shown = data ?? (kept?.key === key ? kept.data : undefined);

  const problem = codeOf(error);
  const isOffline = problem === 'OFFLINE' || problem === 'UNAVAILABLE';

  useEffect(() => {
    if (!isOffline || fetching) return;
    const again = () => execute({ requestPolicy: 'network-only' });
    const timer = window.setTimeout(again, againAfterMs);
    window.addEventListener('online', again);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener('online', again);
    };
  }, [isOffline, fetching, execute]);

  return {
    data: shown,
    /** Nothing to show yet. */
    loading: shown === undefined && problem === null,
    /** Something is shown while newer is on its way. */
    refreshing: fetching || stale,
    problem,
    traceId: error?.graphQLErrors[0]?.extensions['traceId'] as string | undefined,
    again: () => execute({ requestPolicy: 'network-only' }),
  };
}
