import { Supergraph } from '@apollo/federation-internals';
import { createCaches } from '../caches/caches.ts';
import { createOperationPlanner, type KeptPlan, type OperationPlanner } from '../execution/planning/operation-planner.ts';
import type { PlanningThread } from '../execution/planning/planning-thread.ts';
import { createQueryPlanner } from '../execution/planning/query-planner.ts';

/** Plans as the thread does, without one: for tests that start many gateways. */
export function planInProcess(): PlanningThread {
  const planners = new Map<string, (operation: string) => string>();
  return {
    async plan({ sdl, operation }) {
      const planner = planners.get(sdl) ?? createQueryPlanner(sdl);
      planners.set(sdl, planner);
      return planner(operation);
    },
    load: async () => undefined,
    close: () => undefined,
  };
}

/** A planner of one supergraph that keeps no plans. */
export function createTestPlanner(sdl: string): OperationPlanner {
  const plan = createQueryPlanner(sdl);
  return createOperationPlanner(
    { apiSchema: Supergraph.build(sdl).apiSchema().toGraphQLJSSchema(), sdl },
    {
      buildPlan: async (operation) => plan(operation),
      plans: createCaches().open<KeptPlan>('plans', { maxBytes: 1, bytesOf: () => 1 }),
      isRegistered: () => false,
    },
  );
}
