import type { DocumentNode } from 'graphql';
import type { Cache, Caches } from '../../runtime/caches.ts';
import { createOperationPlanner, type KeptPlan, type OperationPlanner, type ServedSupergraph } from './operation-planner.ts';
import type { PlanningThread } from './planning-thread.ts';

type Source = { current(): ServedSupergraph; onChange(listener: () => void): unknown };

export type PlanningOptions = {
  readonly thread: PlanningThread;
  readonly caches: Caches;
  readonly maxCacheBytes: number;
  /** Whether the plans of this document are kept for good. */
  isRegistered(document: DocumentNode): boolean;
};

/** The one planner of the supergraph that is served: made when it is first asked for, and again after each change of the supergraph. */
export class Planning {
  readonly #supergraph: Source;
  readonly #options: PlanningOptions;
  readonly #plans: Cache<KeptPlan>;
  #planner: OperationPlanner | null = null;

  constructor(supergraph: Source, options: PlanningOptions) {
    const { thread, caches, maxCacheBytes } = options;
    this.#supergraph = supergraph;
    this.#options = options;
    this.#plans = caches.openSegmented<KeptPlan>('plans', { maxBytes: maxCacheBytes, bytesOf: ({ bytes }) => bytes });
    supergraph.onChange(() => {
      this.#planner = null;
      this.#plans.clear();
      // loaded ahead so that the first operation after a change does not wait; a failure is reported by the operation that needs it
      thread.load(supergraph.current().sdl).catch(() => undefined);
    });
  }

  current(): OperationPlanner {
    this.#planner ??= this.#start();
    return this.#planner;
  }

  /** Resolves when operations can be planned without waiting for a planner. */
  ready(): Promise<void> {
    return this.#options.thread.load(this.#supergraph.current().sdl);
  }

  /** Ends the thread of the planner. */
  stop(): void {
    this.#options.thread.close();
  }

  #start(): OperationPlanner {
    const { thread, isRegistered } = this.#options;
    const served = this.#supergraph.current();
    const buildPlan = (operation: string, caller: string | null) => thread.plan({ sdl: served.sdl, operation, caller });
    return createOperationPlanner(served, { buildPlan, plans: this.#plans, isRegistered });
  }
}
