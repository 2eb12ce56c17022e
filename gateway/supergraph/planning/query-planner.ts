import { type Operation, operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';

/**
 * Apollo's planner for one supergraph: from the text of an operation to its plan as JSON. It can take seconds, and nothing stops it. What a
 * client asks for has been validated; beyond that it takes fields that clients do not see, since others may require them.
 */
export function createQueryPlanner(sdl: string): (operation: string) => string {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: false });
  const api = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);

  function read(text: string): Operation {
    const document = parse(text, { noLocation: true });
    try {
      return operationFromDocument(api, document);
    } catch {
      return operationFromDocument(supergraph.schema, document);
    }
  }
  return (operation) => JSON.stringify(planner.buildQueryPlan(read(operation)).node ?? null);
}
