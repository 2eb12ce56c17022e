import type { PlanTree } from '../gateway/supergraph/plans/plan-tree.ts';
import { type Accounts, Actors, accountsIn } from './actors.ts';
import { type CollectionEntry, isEntry } from './collection.ts';
import { createFetcher, isPlan } from './fetcher.ts';
import { type GraphMap, isMap } from './graph-map.ts';
import { createMemory } from './memory.ts';
import { createRuns } from './runs.ts';
import { Signal } from './signal.ts';

/** A plan that was run, with its times, and the text that it is of. */
export type RanPlan = { readonly query: string; readonly plan: PlanTree | null };

export type PlanAnswer = { readonly plan: PlanTree | null } | { readonly problem: string };

export type PlaygroundShop = ReturnType<typeof createPlaygroundShop>;

/** Everything of the playground that is no part of the page: the shop at `origin`, and what is remembered of it. */
export function createPlaygroundShop(origin: string) {
  const shownTab = new Signal('');
  const ran = new Signal<ReadonlyMap<string, RanPlan>>(new Map());
  const memory = createMemory();
  const runs = createRuns({ shownTab: shownTab.get, now: Date.now });
  const actors = new Actors({ ask: askAsGuest, accounts: readAccounts, now: Date.now });

  async function read(path: string): Promise<Response> {
    const response = await fetch(`${origin}${path}`);
    if (!response.ok) throw new Error(`${path} answers ${response.status}.`);
    return response;
  }

  async function post(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    });
    return await response.json();
  }

  function askAsGuest(query: string, variables: object): Promise<unknown> {
    return post('/graphql', { query, variables });
  }

  /** Empty where the shop publishes none, which is everywhere except on a developer's machine. */
  async function readAccounts(): Promise<Accounts> {
    const response = await fetch(`${origin}/playground/accounts.json`);
    return response.ok ? accountsIn(await response.json()) : {};
  }

  return {
    shownTab,
    ran,
    memory,
    runs,
    actors,
    fetcher: createFetcher({
      origin,
      memory,
      actors,
      runs,
      shownTab: shownTab.get,
      onRan: (tab, query, plan) => ran.set(new Map(ran.get()).set(tab, { query, plan })),
    }),

    /** Rejects when the shop does not show it. */
    async readCollection(): Promise<CollectionEntry[]> {
      const entries: unknown = await (await read('/playground/collection.json')).json();
      return Array.isArray(entries) ? entries.filter(isEntry) : [];
    },
    /** Rejects when the shop does not show it. */
    async readMap(): Promise<GraphMap> {
      const map: unknown = await (await read('/playground/map.json')).json();
      if (!isMap(map)) throw new Error('The map is none.');
      return map;
    },

    /** How the operation would be executed, or a sentence why that is unknown. */
    async planOf(query: string, operationName: string | undefined): Promise<PlanAnswer> {
      try {
        const answer = await post('/graphql/plan', { query, ...(operationName ? { operationName } : {}) });
        if (answer === null || typeof answer !== 'object') return { problem: 'This gateway shows no plans.' };
        if ('plan' in answer) return { plan: isPlan(answer.plan) ? answer.plan : null };
        return { problem: problemIn(answer) };
      } catch {
        return { problem: 'The gateway does not answer. The plan is drawn with the next change.' };
      }
    },
  };
}

function problemIn(answer: object): string {
  const [first]: unknown[] = 'errors' in answer && Array.isArray(answer.errors) ? answer.errors : [];
  if (first !== null && typeof first === 'object' && 'message' in first) return String(first.message);
  return 'This gateway shows no plans.';
}
