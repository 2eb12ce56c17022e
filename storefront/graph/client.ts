import { authExchange } from '@urql/exchange-auth';
import { Client, type CombinedError, fetchExchange, makeOperation, mapExchange, subscriptionExchange } from 'urql';
import { shopCache } from './cache.ts';
import type { Live } from './live.ts';
import { persistedQueryOf } from './registered.ts';
import type { Sessions } from './session.ts';

/** The client of the graph for whoever is logged in now; another one begins with an empty cache. */
export function createShopClient({ url, sessions, live }: { url: string; sessions: Sessions; live: Live }): Client {
  return new Client({
    url,
    preferGetMethod: false,
    requestPolicy: 'cache-first',
    exchanges: [
      mapExchange({
        onOperation: (operation) =>
          makeOperation(
            operation.kind,
            { ...operation, extensions: { ...operation.extensions, ...persistedQueryOf(operation.query) } },
            operation.context,
          ),
      }),
      shopCache(),
      authExchange(async ({ appendHeaders }) => ({
        addAuthToOperation(operation) {
          const session = sessions.current();
          return session ? appendHeaders(operation, { authorization: `Bearer ${session.accessToken}` }) : operation;
        },
        willAuthError: () => sessions.isStale(),
        didAuthError: (error) => isUnauthenticated(error) && sessions.current() !== null,
        // without the shop nothing can be renewed: the request then fails by itself, and its page says so
        refreshAuth: () => sessions.renew().catch(() => undefined),
      })),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, operationName, variables, extensions }) => ({
          subscribe: (sink) => ({
            unsubscribe: live.follow(
              // named by its hash: the text is in the gateway
              { query: query ?? '', operationName: operationName ?? null, variables: variables ?? null, extensions: extensions ?? null },
              sink,
            ),
          }),
        }),
      }),
    ],
  });
}

/** Whether the shop did not take the caller for anybody. */
export function isUnauthenticated(error: CombinedError): boolean {
  return error.graphQLErrors.some(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED');
}

/** The code of the first error of an answer; `OFFLINE` when there was no answer; null when all is well. */
export function codeOf(error: CombinedError | undefined): string | null {
  if (!error) return null;
  if (error.networkError) return 'OFFLINE';
  const code = error.graphQLErrors[0]?.extensions['code'];
  return typeof code === 'string' ? code : 'INTERNAL';
}
