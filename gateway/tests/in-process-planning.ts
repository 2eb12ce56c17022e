import { Supergraph } from '@apollo/federation-internals';
import { createCaches } from '../runtime/caches.ts';
import { createOperationPlanner, type KeptPlan, type OperationPlanner } from '../supergraph/planning/operation-planner.ts';
import type { PlanningThread } from '../supergraph/planning/planning-thread.ts';
import { createQueryPlanner, createSchemaTasks, type SchemaTask } from '../supergraph/planning/schema-tasks.ts';

/** Does what the thread does, without one: for tests that start many gateways. */
export function planInProcess(): PlanningThread {
  const supergraphs = new Map<string, ReturnType<typeof createSchemaTasks>>();
  const ask = async (sdl: string, task: SchemaTask) => {
    const carryOut = supergraphs.get(sdl) ?? createSchemaTasks(sdl);
    supergraphs.set(sdl, carryOut);
    return carryOut(task);
  };
  return {
    plan: ({ sdl, operation }) => ask(sdl, { kind: 'plan', operation }),
    validate: async ({ sdl, ...task }) => JSON.parse(await ask(sdl, { kind: 'validate', ...task })),
    introspect: ({ sdl, ...task }) => ask(sdl, { kind: 'introspect', ...task }),
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
