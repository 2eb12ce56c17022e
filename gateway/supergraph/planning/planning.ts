import type { DocumentNode } from 'graphql';
import type { Caches } from '../../runtime/caches.ts';
import { createOperationPlanner, type KeptPlan, type OperationPlanner, type ServedSupergraph } from './operation-planner.ts';
import type { PlanningThread } from './planning-thread.ts';

/** The one planner of the supergraph that is served at the moment. */
export type Planning = {
  current(): OperationPlanner;
  /** Resolves when operations can be planned without waiting for a planner. */
  ready(): Promise<void>;
  /** Ends the thread of the planner. */
  stop(): void;
};

type Source = { current(): ServedSupergraph; onChange(listener: () => void): unknown };

export type PlanningOptions = {
  readonly thread: PlanningThread;
  readonly caches: Caches;
  readonly maxCacheBytes: number;
  /** Whether the plans of this document are kept for good. */
  isRegistered(document: DocumentNode): boolean;
};

/** Makes a planner when it is first asked for one, and again after each change of the supergraph. */
export function createPlanning(supergraph: Source, options: PlanningOptions): Planning {
  const { thread, caches, maxCacheBytes, isRegistered } = options;
  const plans = caches.openSegmented<KeptPlan>('plans', { maxBytes: maxCacheBytes, bytesOf: ({ bytes }) => bytes });
  let planner: OperationPlanner | null = null;
  supergraph.onChange(() => {
    planner = null;
    plans.clear();
    // loaded ahead so that the first operation after a change does not wait; a failure is reported by the operation that needs it
    thread.load(supergraph.current().sdl).catch(() => undefined);
  });

  function start(): OperationPlanner {
    const served = supergraph.current();
    const buildPlan = (operation: string, caller: string | null) => thread.plan({ sdl: served.sdl, operation, caller });
    return createOperationPlanner(served, { buildPlan, plans, isRegistered });
  }

  return {
    current() {
      planner ??= start();
      return planner;
    },
    ready: () => thread.load(supergraph.current().sdl),
    stop: () => thread.close(),
  };
}
