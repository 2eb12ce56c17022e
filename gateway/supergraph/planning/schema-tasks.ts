import { type Operation, operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { executeSync, parse } from 'graphql';
import { findMistakes } from '../../pipeline/validate/validation.ts';

/** What is asked of a supergraph and may take long, with documents as texts. */
export type SchemaTask =
  | { readonly kind: 'plan'; readonly operation: string }
  | { readonly kind: 'validate'; readonly document: string; readonly introspection: boolean }
  | { readonly kind: 'introspect'; readonly document: string; readonly variables: Readonly<Record<string, unknown>> };

/**
 * Carries out tasks for one supergraph, each to JSON: the plan, or null where no subgraph has anything to do with the operation; the mistakes of
 * a document; what the schema answers.
 */
export function createSchemaTasks(sdl: string): (task: SchemaTask) => string {
  const plan = createQueryPlanner(sdl);
  const schema = Supergraph.build(sdl, { validateSupergraph: false }).apiSchema().toGraphQLJSSchema();
  return (task) => {
    switch (task.kind) {
      case 'plan':
        return plan(task.operation);
      case 'validate':
        return JSON.stringify(findMistakes(schema, parse(task.document), task.introspection));
      case 'introspect': {
        const { data, errors } = executeSync({ schema, document: parse(task.document), variableValues: task.variables });
        const [first] = errors ?? [];
        if (first) throw first;
        return JSON.stringify(data ?? {});
      }
    }
  };
}

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
