import { type Client, createClient } from 'graphql-ws';
import type { Memory } from './memory.ts';

type Params = { query: string; operationName?: string | null; variables?: Record<string, unknown> };
type Options = {
  headers?: Record<string, string>;
  documentAST?: { definitions: readonly { operation?: string; name?: { value: string } }[] };
};

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
    const payload = { ...params, operationName: params.operationName ?? null, variables: memory.fill(params.variables ?? {}) };
    for await (const result of socketFor(authorization).iterate(payload)) {
      memory.learn(result);
      yield result;
    }
  }

  async function ask(params: Params, headers: Record<string, string>) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ ...params, variables: memory.fill(params.variables ?? {}) }),
    });
    // the remembered token has expired: the next attempt is a guest's
    if (response.status === 401) memory.forget();
    const answer: unknown = await response.json();
    memory.learn(answer);
    return answer;
  }

  return (params: Params, { headers, documentAST }: Options = {}) => {
    const all = headersWith(headers);
    const operation = documentAST?.definitions.find(
      (definition) => definition.operation !== undefined && (!params.operationName || definition.name?.value === params.operationName),
    );
    return operation?.operation === 'subscription' ? subscribe(params, all['authorization']) : ask(params, all);
  };
}
