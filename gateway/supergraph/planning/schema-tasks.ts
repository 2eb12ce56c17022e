import { Supergraph } from '@apollo/federation-internals';
import { executeSync, parse } from 'graphql';
import { findMistakes } from '../../pipeline/validate/validation.ts';
import { createQueryPlanner } from './query-planner.ts';

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
