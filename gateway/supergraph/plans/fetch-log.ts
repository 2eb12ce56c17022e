import type { FetchStatus, FetchTree, PlanTree } from './plan-tree.ts';

export type FetchRecord = {
  readonly service: string;
  readonly operation: string;
  /** Where in the answer its objects are; empty for a fetch of the operation's own root. */
  readonly path: readonly (string | number)[];
  readonly startMs: number;
  readonly endMs: number;
  readonly status: FetchStatus;
};

/** When the fetches of one operation began and ended, each as that operation saw it: one that joined another's waits less. */
export type FetchLog = {
  /** To be called when the fetch begins; the answer when it has ended. */
  begin(fetch: Pick<FetchRecord, 'service' | 'operation' | 'path'>): (status: FetchStatus) => void;
  readonly records: readonly FetchRecord[];
};

/** The plan of one operation that is run, and what its fetches took. */
export type Explanation = {
  readonly fetches: FetchLog;
  /** Null when no subgraph has anything to do with it. */
  tree(): PlanTree | null;
};

/** Begins to count now; `now` gives milliseconds. */
export function createFetchLog(now: () => number = () => performance.now()): FetchLog {
  const began = now();
  const elapsed = () => Math.round((now() - began) * 100) / 100;
  const records: FetchRecord[] = [];
  return {
    records,
    begin(fetch) {
      const startMs = elapsed();
      return (status) => records.push({ ...fetch, startMs, endMs: elapsed(), status });
    },
  };
}

/** The tree with the times of the fetches that were made. What was not needed, because nothing was there to ask about, has none. */
export function withTimes(tree: PlanTree, records: readonly FetchRecord[]): PlanTree {
  const open = [...records];

  const timed = (fetch: FetchTree, path: readonly string[]): FetchTree => {
    const index = open.findIndex((record) => isOf(record, fetch, path));
    const record = open[index];
    if (record === undefined) return fetch;
    open.splice(index, 1);
    const { startMs, endMs, status } = record;
    return { ...fetch, startMs, endMs, status };
  };
  const walk = (node: PlanTree, path: readonly string[]): PlanTree => {
    if (node.kind === 'fetch') return timed(node, path);
    const inside = node.kind === 'flatten' ? [...path, ...node.path] : path;
    return { ...node, nodes: node.nodes.map((child) => walk(child, inside)) };
  };
  return walk(tree, []);
}

function isOf(record: FetchRecord, fetch: FetchTree, path: readonly string[]): boolean {
  return record.service === fetch.service && record.operation === fetch.operation && record.path.join('.') === path.join('.');
}
