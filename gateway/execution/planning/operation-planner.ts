import { createHash } from 'node:crypto';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { type FetchNode, type PlanNode, QueryPlanner, type SubscriptionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  print,
} from 'graphql';
import { AppError } from '#platform/errors.ts';
import { type AnswerShape, createAnswerShape } from './answer-shape.ts';
import { type Conditions, conditionsOf, conditionVariables } from './conditions.ts';
import { introspectionOf } from './introspection.ts';
import { readJoinedFields } from './joined-fields.ts';
import { type PlannerDocument, writePlannerDocument } from './planner-document.ts';
import { type PlannerNames, readPlannerNames } from './planner-names.ts';
import { secureInputs } from './required-inputs.ts';
import { clientPath, type Fragments, readSelections } from './selections.ts';

/** What clients see, and the composed SDL. */
export type ServedSupergraph = { readonly apiSchema: GraphQLSchema; readonly sdl: string };

/** An operation, ready to be carried out for requests whose conditions are the same. */
export type PlannedOperation = {
  /** Equal for equal operations of one supergraph whose conditions are the same. */
  readonly key: string;
  readonly operation: OperationDefinitionNode;
  /** What subgraphs are asked; undefined when none has anything to do with it. */
  readonly plan: PlanNode | SubscriptionNode | undefined;
  readonly rootType: GraphQLObjectType;
  readonly shape: AnswerShape;
  /** The fields that only the schema answers; null when there are none. */
  readonly introspection: DocumentNode | null;
  /** Whether a literal may be refused that only a subgraph can judge. */
  readonly hasScalarLiterals: boolean;
  /** The client's name of a variable of the plan. */
  variableName(name: string): string;
  /** What the client calls a path of the plan's keys, as far as the client asked for it. */
  clientPath(path: readonly (string | number)[]): (string | number)[];
};

/** Apollo's planner for one supergraph, behind a rewrite that keeps it from what it does not get right. */
export type OperationPlanner = {
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSchema: GraphQLSchema;
  readonly supergraph: Supergraph;
  /**
   * Plans a valid operation, or remembers how it did. Without variables what depends on a condition is a step of its own, for a picture
   * and not to be carried out.
   * @throws GraphQLError BAD_USER_INPUT when a condition is null.
   */
  plan(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Readonly<Record<string, unknown>> | null,
  ): PlannedOperation;
};

type Known = { readonly hash: string; readonly conditions: readonly string[]; readonly plans: Map<string, PlannedOperation> };

const mostDocuments = 2000;

/** Of one document, whose conditions may be many. */
const mostPlansOfDocument = 32;

export function createOperationPlanner({ apiSchema, sdl }: ServedSupergraph): OperationPlanner {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: false });
  const api = supergraph.apiSchema();
  const queryPlanner = new QueryPlanner(supergraph);
  const plannerNames = readPlannerNames(sdl);
  const joined = readJoinedFields(sdl);
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const remember = createMemory();

  function planAnew(key: string, document: DocumentNode, operation: OperationDefinitionNode, conditions: Conditions): PlannedOperation {
    const { asked, written, rootType } = rewrite(apiSchema, plannerNames, document, operation, conditions);
    const node = written.document === null ? undefined : queryPlanner.buildQueryPlan(operationFromDocument(api, written.document)).node;
    for (const fetch of node === undefined ? [] : fetchesOf(node)) {
      complete(fetch, written);
      secureInputs(fetch, joined, supergraphSchema);
    }
    return {
      key,
      operation,
      plan: node,
      rootType,
      shape: createAnswerShape(apiSchema, asked.selections),
      introspection: introspectionOf(operation, asked.selections),
      hasScalarLiterals: written.literals.hasCustomScalars(),
      variableName: (name) => written.renamedVariables.get(name) ?? name,
      clientPath: (path) => clientPath(path, asked.root),
    };
  }

  return {
    apiSchema,
    supergraphSchema,
    supergraph,
    plan(document, operationName, variables) {
      const operation = getOperationAST(document, operationName);
      if (!operation) throw new Error('The operation was not looked for before it was planned.');
      const { hash, conditions: names, plans } = remember(document);
      const conditions = variables && conditionsOf(names, operation, variables);
      const key = JSON.stringify([hash, operationName ?? '', conditions && [...conditions]]);
      const before = plans.get(key);
      if (before) return before;
      const planned = planAnew(key, document, operation, conditions);
      const [oldest] = plans.keys();
      if (plans.size >= mostPlansOfDocument && oldest !== undefined) plans.delete(oldest);
      plans.set(key, planned);
      return planned;
    },
  };
}

/** Equal documents are one, whoever parsed them. */
function createMemory(): (document: DocumentNode) => Known {
  const byDocument = new WeakMap<DocumentNode, Known>();
  const byHash = new Map<string, Known>();
  return (document) => {
    const before = byDocument.get(document);
    if (before) return before;
    const hash = createHash('sha256').update(print(document)).digest('base64');
    const known = byHash.get(hash) ?? { hash, conditions: conditionVariables(document), plans: new Map() };
    const [oldest] = byHash.keys();
    if (byHash.size >= mostDocuments && oldest !== undefined) byHash.delete(oldest);
    byHash.set(hash, known);
    byDocument.set(document, known);
    return known;
  };
}

function rewrite(
  schema: GraphQLSchema,
  plannerNames: PlannerNames,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Conditions,
) {
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw new Error(`The schema has no ${operation.operation}, though the document is valid.`);
  const asked = readSelections(operation.selectionSet, { fragments: fragmentsOf(document), conditions, plannerNames });
  return { asked, written: writePlannerDocument(schema, document, operation, asked.selections), rootType };
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

function fetchesOf(node: PlanNode | SubscriptionNode): FetchNode[] {
  switch (node.kind) {
    case 'Fetch':
      return [node];
    case 'Flatten':
      return fetchesOf(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesOf);
    case 'Subscription':
      return [node.primary, ...(node.rest ? fetchesOf(node.rest) : [])];
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause ? fetchesOf(clause) : []));
    case 'Defer':
      throw new Error('Parts of an answer that come later are not served here.');
  }
}

function complete(fetch: FetchNode, { literals, variableDefinitions }: PlannerDocument): void {
  if (fetch.contextRewrites?.length) throw new AppError('UNAVAILABLE', 'Fields that depend on @fromContext are not served here.');
  if (literals.isEmpty()) return;
  const { operation, variables } = literals.restore(fetch.operation, variableDefinitions);
  fetch.operation = operation;
  fetch.variableUsages = variables;
}
