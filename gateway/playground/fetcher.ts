import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import type { Memory } from './memory.ts';

type Params = { query: string; operationName?: string | null; variables?: Record<string, unknown> };

/** Sends what the editor holds: queries and mutations over HTTP, subscriptions over a socket at the same address. */
export function createFetcher(memory: Memory, origin: string) {
  const sockets = new Map<string, Client>();
  const url = `${origin}/graphql`;

  const headersWith = (given: Record<string, string> = {}): Record<string, string> => {
    const own = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]));
    const session = memory.session();
    return session && own['authorization'] === undefined ? { ...own, authorization: `Bearer ${session.accessToken}` } : own;
  };

  const socketFor = (authorization: string | undefined): Client => {
    const key = authorization ?? '';
    const open = sockets.get(key);
    if (open) return open;
    const client = createClient({
      url: url.replace(/^http/, 'ws'),
      connectionParams: authorization === undefined ? {} : { authorization },
      lazyCloseTimeout: 3000,
      // comes back after any outage; the server then tells the state first, so nothing is missed
      retryAttempts: 1000,
      shouldRetry: () => true,
      retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** retries, 5000))),
    });
    sockets.set(key, client);
    return client;
  };

  async function* subscribe(params: Params, authorization: string | undefined) {
    for await (const result of socketFor(authorization).iterate({ ...params })) {
      memory.learn(result);
      yield result;
    }
  }

  async function ask(params: Params, headers: Record<string, string>): Promise<unknown> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(params),
    });
    // the remembered token has expired: the next attempt is a guest's
    if (response.status === 401) memory.forget();
    const answer: unknown = await response.json();
    memory.learn(answer);
    return answer;
  }

  return (given: Params, options: { headers?: Record<string, string> } = {}) => {
    const headers = headersWith(options.headers);
    try {
      const operation = operationOf(given);
      const params = {
        query: given.query,
        variables: memory.fill(given.variables ?? {}),
        ...(operation?.name ? { operationName: operation.name.value } : {}),
      };
      return operation?.operation === 'subscription' ? subscribe(params, headers['authorization']) : ask(params, headers);
    } catch (error) {
      return Promise.resolve({ errors: [{ message: error instanceof Error ? error.message : String(error) }] });
    }
  };
}

/**
 * The operation that is meant. Right after a change of tabs the editor still names that of the tab before, so a name that is not in the
 * text counts for nothing. Null when the text cannot be read: the server says why.
 */
function operationOf({ query, operationName }: Params): OperationDefinitionNode | null {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document) ?? null;
  } catch {
    return null;
  }
}
