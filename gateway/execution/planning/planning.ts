import { createOperationPlanner, type OperationPlanner, type ServedSupergraph } from './operation-planner.ts';

/** The one planner of the supergraph that is served at the moment. */
export type Planning = { current(): OperationPlanner };

type Source = { current(): ServedSupergraph; onChange(listener: () => void): unknown };

/** Makes a planner when it is first asked for one, and again after each change of the supergraph. */
export function createPlanning(supergraph: Source): Planning {
  let planner: OperationPlanner | null = null;
  supergraph.onChange(() => {
    planner = null;
  });
  return {
    current() {
      planner ??= createOperationPlanner(supergraph.current());
      return planner;
    },
  };
}
