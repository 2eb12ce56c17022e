import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, print } from 'graphql';
import type { SupergraphSource } from '../subscription-port.ts';
import { createFetchLog, type Explanation, withTimes } from './fetch-log.ts';
import { type PlanTree, toTree } from './plan-tree.ts';

export type QueryPlans = {
  /** How a checked operation is carried out, subscriptions included; null when no subgraph has anything to do with it. */
  plan(document: DocumentNode, operationName: string | null | undefined): PlanTree | null;
  /** Begins to watch an operation that is about to be run. */
  explain(document: DocumentNode, operationName: string | null | undefined): Explanation;
};

type Planner = QueryPlans['plan'];

const mostPlans = 500;

/** Plans as the gateway does, with Apollo's planner; made when it is first asked, and again for a new supergraph. */
export function createQueryPlans(supergraph: SupergraphSource): QueryPlans {
  let planner: Planner | null = null;
  supergraph.onChange(() => {
    planner = null;
  });
  const plan: Planner = (document, operationName) => {
    planner ??= createTreePlanner(supergraph.current().sdl);
    return planner(document, operationName);
  };
  return {
    plan,
    explain(document, operationName) {
      const fetches = createFetchLog();
      return {
        fetches,
        tree() {
          const tree = plan(document, operationName);
          return tree && withTimes(tree, fetches.records);
        },
      };
    },
  };
}

function createTreePlanner(sdl: string): Planner {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: false });
  const api = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  const trees = new Map<string, PlanTree | null>();

  return (document, operationName) => {
    const key = `${operationName ?? ''}\n${print(document)}`;
    const known = trees.get(key);
    if (known !== undefined) return known;
    const { node } = planner.buildQueryPlan(operationFromDocument(api, document, operationName ? { operationName } : {}));
    const tree = node === undefined ? null : toTree(node);
    const [oldest] = trees.keys();
    if (trees.size >= mostPlans && oldest !== undefined) trees.delete(oldest);
    trees.set(key, tree);
    return tree;
  };
}
