import { authExchange } from '@urql/exchange-auth';
import { Client, type CombinedError, fetchExchange, makeOperation, mapExchange, subscriptionExchange } from 'urql';
import { newTraceparent } from '#platform/tracing/new-traceparent.ts';
import { shopCache } from './cache.ts';
import type { Live } from './live.ts';
import { persistedQueryOf } from './registered.ts';
import type { Session, Sessions } from './session.ts';

export type ShopClientDependencies = {
  url: string;
  sessions: Sessions;
  live: Live;
  /** How long an answer may take, in ms; what takes longer is as if the shop was away. */
  answerMs?: number;
};

/**
 * The GraphQL client of the current session; another session starts with an empty cache. It never sends requests for another user: when
 * another tab has logged in as another user, remaining requests of this client are sent as a guest.
 */
export function createShopClient({ url, sessions, live, answerMs = 30_000 }: ShopClientDependencies): Client {
  const mine = sessions.current()?.user.id;
  const own = (): Session | null => {
    const session = sessions.current();
    return session?.user.id === mine ? session : null;
  };
  return new Client({
    url,
    fetch: (input, init) => fetch(input, { ...init, headers: traced(init?.headers), signal: withinMs(answerMs, init?.signal) }),
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
          const session = own();
          return session ? appendHeaders(operation, { authorization: `Bearer ${session.accessToken}` }) : operation;
        },
        willAuthError: () => own() !== null && sessions.isStale(),
        didAuthError: (error) => isUnauthenticated(error) && own() !== null,
        // without the shop no token can be renewed: the request then fails, and its page shows the failure
        refreshAuth: () => sessions.renew().catch(() => undefined),
      })),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, operationName, variables, extensions }) => ({
          subscribe: (sink) => ({
            unsubscribe: live.follow(
              // named by its hash: the text is in the gateway
              {
                query: query ?? '',
                operationName: operationName ?? null,
                variables: variables ?? null,
                extensions: { ...extensions, traceparent: newTraceparent() },
              },
              sink,
            ),
          }),
        }),
      }),
    ],
  });
}

/** Each request begins a trace, which the shop goes on with. */
function traced(given: HeadersInit | undefined): Headers {
  const headers = new Headers(given);
  headers.set('traceparent', newTraceparent());
  return headers;
}

/** Ends when the page wants no answer any more, or waits for it too long. */
function withinMs(ms: number, given: AbortSignal | null | undefined): AbortSignal {
  const late = AbortSignal.timeout(ms);
  // older browsers cannot join two: theirs end requests that hang after some minutes by themselves
  if (given && !('any' in AbortSignal)) return given;
  return given ? AbortSignal.any([given, late]) : late;
}

/** Whether the gateway rejected the request as unauthenticated. */
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
