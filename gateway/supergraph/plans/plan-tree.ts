import type { FetchNode, PlanNode, QueryPlanSelectionNode, SubscriptionNode } from '@apollo/query-planner';

/** What became of a fetch: it brought data, errors, or could not be made. */
export type FetchStatus = 'answered' | 'errors' | 'failed';

/** A query plan for a picture. `nodes` of a sequence run one after the other, those of a parallel at once; the others have one each. */
export type PlanTree =
  | { readonly kind: 'sequence' | 'parallel' | 'subscription'; readonly nodes: readonly PlanTree[] }
  /** What is inside is done for everything at this path; @ is each item of a list. */
  | { readonly kind: 'flatten'; readonly path: readonly string[]; readonly nodes: readonly PlanTree[] }
  /** Done only when the variable is true, or with "not" false. */
  | { readonly kind: 'condition'; readonly condition: string; readonly nodes: readonly PlanTree[] }
  | FetchTree;

export type FetchTree = {
  readonly kind: 'fetch';
  readonly service: string;
  /** The text that is sent. */
  readonly operation: string;
  /** What of the objects that are already there is sent along, as a selection. */
  readonly requires?: string;
  /** Milliseconds since the operation began; only of what has run. */
  readonly startMs?: number;
  readonly endMs?: number;
  readonly status?: FetchStatus;
};

/** The planner's plan as a tree. */
export function toTree(node: PlanNode | SubscriptionNode): PlanTree {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map(toTree) };
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map(toTree) };
    case 'Flatten':
      return { kind: 'flatten', path: node.path.map(String), nodes: [toTree(node.node)] };
    case 'Fetch':
      return fetchTree(node);
    case 'Condition':
      return conditionTree(node.condition, node.ifClause, node.elseClause);
    case 'Subscription':
      return { kind: 'subscription', nodes: [node.primary, ...stepsOf(node.rest)].map(toTree) };
    case 'Defer':
      throw new Error('Parts of an answer that come later are not served here.');
  }
}

function stepsOf(rest: PlanNode | undefined): readonly PlanNode[] {
  if (rest === undefined) return [];
  return rest.kind === 'Sequence' ? rest.nodes : [rest];
}

function fetchTree({ serviceName, operation, requires }: FetchNode): FetchTree {
  return { kind: 'fetch', service: serviceName, operation, ...(requires?.length ? { requires: printSelections(requires) } : {}) };
}

function conditionTree(condition: string, ifClause: PlanNode | undefined, elseClause: PlanNode | undefined): PlanTree {
  const branches = [
    ...(ifClause === undefined ? [] : [{ kind: 'condition' as const, condition: `$${condition}`, nodes: [toTree(ifClause)] }]),
    ...(elseClause === undefined ? [] : [{ kind: 'condition' as const, condition: `not $${condition}`, nodes: [toTree(elseClause)] }]),
  ];
  const [only] = branches;
  return branches.length === 1 && only ? only : { kind: 'parallel', nodes: branches };
}

function printSelections(selections: readonly QueryPlanSelectionNode[]): string {
  const print = (node: QueryPlanSelectionNode): string => {
    if (node.kind === 'InlineFragment') return `... on ${node.typeCondition ?? ''} ${printSelections(node.selections)}`;
    const name = node.alias === undefined ? node.name : `${node.alias}: ${node.name}`;
    return node.selections?.length ? `${name} ${printSelections(node.selections)}` : name;
  };
  return `{ ${selections.map(print).join(' ')} }`;
}
