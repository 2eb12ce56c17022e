import type { PlannedOperation } from '../planning/operation-planner.ts';
import { createFetchLog, type Explanation, withTimes } from './fetch-log.ts';
import { type PlanTree, toTree } from './plan-tree.ts';

export type QueryPlans = {
  /** How an operation is carried out, subscriptions included; null when no subgraph has anything to do with it. */
  treeOf(planned: Pick<PlannedOperation, 'plan'>): PlanTree | null;
  /** Begins to watch an operation that is about to be run. */
  explain(planned: Pick<PlannedOperation, 'plan'>): Explanation;
};

/** Returns the query plans that the gateway executes. */
export function createQueryPlans(): QueryPlans {
  const trees = new WeakMap<object, PlanTree>();

  function treeOf({ plan: node }: Pick<PlannedOperation, 'plan'>): PlanTree | null {
    if (node === undefined) return null;
    const tree = trees.get(node) ?? toTree(node);
    trees.set(node, tree);
    return tree;
  }

  return {
    treeOf,
    explain(planned) {
      const fetches = createFetchLog();
      return {
        fetches,
        tree() {
          const tree = treeOf(planned);
          return tree && withTimes(tree, fetches.records);
        },
      };
    },
  };
}
