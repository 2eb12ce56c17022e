import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';

/** Apollo's planner for one supergraph: from the text of an operation to its plan as JSON. It can take seconds, and nothing stops it. */
export function createQueryPlanner(sdl: string): (operation: string) => string {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: false });
  const api = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  return (operation) =>
    JSON.stringify(planner.buildQueryPlan(operationFromDocument(api, parse(operation, { noLocation: true }))).node ?? null);
}
