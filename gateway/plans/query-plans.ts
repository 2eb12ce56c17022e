import type { DocumentNode } from 'graphql';
import type { Planning } from '../execution/planning/planning.ts';
import type { OperationRequest } from '../subscription-port.ts';
import { createFetchLog, type Explanation, withTimes } from './fetch-log.ts';
import { type PlanTree, toTree } from './plan-tree.ts';

type Asked = Pick<OperationRequest, 'operationName' | 'variables'>;

export type QueryPlans = {
  /** How a checked operation is carried out, subscriptions included; null when no subgraph has anything to do with it. */
  plan(document: DocumentNode, operationName: OperationRequest['operationName']): PlanTree | null;
  /** Begins to watch an operation that is about to be run. */
  explain(document: DocumentNode, request: Asked): Explanation;
};

/** Tells the plans by which the gateway executes. */
export function createQueryPlans(planning: Planning): QueryPlans {
  const trees = new WeakMap<object, PlanTree>();

  function treeOf(document: DocumentNode, { operationName }: Asked, variables: Asked['variables'] | null): PlanTree | null {
    const { plan: node } = planning.current().plan(document, operationName, variables ?? null);
    if (node === undefined) return null;
    const tree = trees.get(node) ?? toTree(node);
    trees.set(node, tree);
    return tree;
  }

  return {
    plan: (document, operationName) => treeOf(document, { operationName }, null),
    explain(document, request) {
      const fetches = createFetchLog();
      return {
        fetches,
        tree() {
          const tree = treeOf(document, request, request.variables ?? {});
          return tree && withTimes(tree, fetches.records);
        },
      };
    },
  };
}
