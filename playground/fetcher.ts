import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { newTraceparent } from '#platform/tracing/new-traceparent.ts';
import type { PlanTree } from '../gateway/supergraph/plans/plan-tree.ts';
import { type Actors, sessionIn } from './actors.ts';
import type { Memory } from './memory.ts';
import type { Runs } from './runs.ts';

type Params = { query: string; operationName?: string | null; variables?: Record<string, unknown> };
type Headers = Readonly<Record<string, string>>;

export type FetcherOptions = {
  origin: string;
  memory: Memory;
  actors: Actors;
  runs: Runs;
  shownTab(): string;
  /** The plan of an operation that has just run, with times. */
  onRan(tab: string, query: string, plan: PlanTree | null): void;
};

/** Sends what the editor holds: queries and mutations over HTTP, subscriptions over a socket at the same address. */
export function createFetcher({ origin, memory, actors, runs, shownTab, onRan }: FetcherOptions) {
  const sockets = new Map<string, Client>();
  const url = `${origin}/graphql`;

  /** One socket for each header of the reader's own, and one for each person they act as. */
  const socketFor = (own: string | undefined): Client => {
    const key = own ?? `as ${actors.acting.get().session?.name ?? ''}`;
    const open = sockets.get(key);
    if (open) return open;
    const client = createClient({
      url: url.replace(/^http/, 'ws'),
      connectionParams: async () => {
        const authorization = own ?? bearer(await actors.token());
        return authorization === undefined ? {} : { authorization };
      },
      lazyCloseTimeout: 3000,
      // comes back after any outage; the server then sends the state first, so nothing is missed
      retryAttempts: 1000,
      shouldRetry: () => true,
      retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** retries, 5000))),
    });
    sockets.set(key, client);
    return client;
  };

  async function* subscribe(params: Params, own: string | undefined) {
    for await (const result of socketFor(own).iterate({ ...params, extensions: { traceparent: newTraceparent() } })) {
      memory.learn(result);
      yield result;
    }
  }

  async function post(params: Params, given: Headers, more: Headers): Promise<unknown> {
    const authorization = given['authorization'] ?? bearer(await actors.token());
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        traceparent: newTraceparent(),
        ...given,
        ...more,
        ...(authorization ? { authorization } : {}),
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify(params),
    });
    // the remembered token is good no more: the next attempt is a guest's
    if (response.status === 401 && given['authorization'] === undefined) actors.forget();
    return await response.json();
  }

  async function ask(params: Params, headers: Headers): Promise<unknown> {
    const tab = shownTab();
    const { answer, plan } = withoutPlan(await post(params, headers, { 'x-query-plan': 'on' }));
    if (plan !== undefined) onRan(tab, params.query, plan);
    memory.learn(answer);
    const session = sessionIn(answer);
    if (session !== null) actors.take(session);
    return answer;
  }

  function run(given: Params, headers: Headers): unknown {
    const operation = operationOf(given);
    const params = {
      query: given.query,
      variables: memory.fill(given.variables ?? {}),
      ...(operation?.name ? { operationName: operation.name.value } : {}),
    };
    if (operation?.operation !== 'subscription') return ask(params, headers);
    return runs.start(shownTab(), operation.name?.value ?? 'Subscription', subscribe(params, headers['authorization']));
  }

  return (given: Params, options: { headers?: Record<string, string> } = {}) => {
    const headers = Object.fromEntries(Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));
    // the editor's own introspection is not an operation of the user
    if (given.operationName === 'IntrospectionQuery') return post(given, headers, {});
    try {
      return run(given, headers);
    } catch (error) {
      return Promise.resolve({ errors: [{ message: error instanceof Error ? error.message : String(error) }] });
    }
  };
}

const bearer = (token: string | undefined) => (token === undefined ? undefined : `Bearer ${token}`);

/** The plan has a picture of its own, so the answer is shown as any other client gets it. */
export function withoutPlan(answer: unknown): { answer: unknown; plan?: PlanTree | null } {
  if (!isRecord(answer) || !isRecord(answer['extensions']) || !('queryPlan' in answer['extensions'])) return { answer };
  const { queryPlan, ...extensions } = answer['extensions'];
  const { extensions: _all, ...rest } = answer;
  const shown = Object.keys(extensions).length === 0 ? rest : { ...rest, extensions };
  return { answer: shown, plan: isPlan(queryPlan) ? queryPlan : null };
}

/** Of our own gateway, so its kind is known. */
export function isPlan(value: unknown): value is PlanTree {
  return isRecord(value) && typeof value['kind'] === 'string';
}

/**
 * The operation that is meant. Right after a change of tabs the editor still names that of the tab before, so a name that is not in the
 * text counts for nothing. Null when the text cannot be parsed: the server answers with the reason.
 */
function operationOf({ query, operationName }: Params): OperationDefinitionNode | null {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document) ?? null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
