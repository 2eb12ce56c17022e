import { createHash } from 'node:crypto';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext } from '@apollo/gateway';
import { type PlanNode, type QueryPlan, QueryPlanner, type SubscriptionNode } from '@apollo/query-planner';
import { type ASTNode, type DocumentNode, type FieldNode, type GraphQLSchema, getOperationAST, Kind, parse, print, visit } from 'graphql';
import { refusal } from '../protection/refusals.ts';
import type { SupergraphState } from '../subscription-port.ts';

/** The subgraph that has no server: what an event carries answers for it. */
export const eventsSubgraph = 'events';

/** The name under which the plan finds what the event carries, in place of a subgraph's. */
export const seedService = 'events:seed';

type Internals = {
  readonly apiSchema: GraphQLSchema;
  readonly api: ReturnType<Supergraph['apiSchema']>;
  readonly supergraphSchema: GraphQLSchema;
  /** Null when this supergraph has no virtual subgraph for events. */
  readonly eventsSchema: GraphQLSchema | null;
};

/** A subscription planned for one supergraph: the first step is answered by the event, the rest by subgraphs. */
export type PlannedSubscription = Internals & {
  /** Equal for equal operations of one supergraph. */
  readonly key: string;
  readonly eventsSchema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly plan: QueryPlan;
  readonly operationContext: ReturnType<typeof buildOperationContext>;
  /** What of the operation the event answers, as a document against `eventsSchema`. */
  readonly seed: DocumentNode;
  readonly field: FieldNode;
  /** The variables on which the answer to one event depends; the others only say which events are heard. */
  readonly answering: ReadonlySet<string>;
};

export type Planner = {
  /** @throws GraphQLError when the operation cannot be served as a subscription. */
  plan(document: DocumentNode, operationName: string | undefined): PlannedSubscription;
};

/** Plans each operation once for this supergraph, and remembers the last `mostPlans` of them. */
export function createPlanner({ apiSchema, sdl }: SupergraphState, mostPlans = 1_000): Planner {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: false });
  const queryPlanner = new QueryPlanner(supergraph);
  const events = [...supergraph.subgraphs()].find((subgraph) => subgraph.name === eventsSubgraph);
  const internals: Internals = {
    apiSchema,
    api: supergraph.apiSchema(),
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    eventsSchema: events?.schema.toGraphQLJSSchema() ?? null,
  };
  const plans = new Map<string, PlannedSubscription>();

  function remember(planned: PlannedSubscription): PlannedSubscription {
    const [oldest] = plans.keys();
    if (plans.size >= mostPlans && oldest !== undefined) plans.delete(oldest);
    plans.set(planned.key, planned);
    return planned;
  }

  return {
    plan(document, operationName) {
      const key = createHash('sha256')
        .update(`${operationName ?? ''}\n${print(document)}`)
        .digest('base64');
      const known = plans.get(key);
      if (known) return known;
      const named = operationName === undefined ? {} : { operationName };
      const { node } = queryPlanner.buildQueryPlan(operationFromDocument(internals.api, document, named));
      if (node?.kind !== 'Subscription')
        throw refusal('GRAPHQL_VALIDATION_FAILED', 'A subscription has one field, which is neither skipped nor included.');
      const operationContext = buildOperationContext({ schema: apiSchema, operationDocument: document, ...named });
      const answering = answeringVariables(document);
      return remember({ ...internals, key, document, operationContext, answering, ...seedOf(node, internals), plan: planOf(node) });
    },
  };
}

function seedOf({ primary }: SubscriptionNode, { eventsSchema }: Internals) {
  if (primary.serviceName !== eventsSubgraph || eventsSchema === null)
    throw refusal('GRAPHQL_VALIDATION_FAILED', `Subscriptions of the subgraph "${primary.serviceName}" are not served here.`);
  const seed = parse(primary.operation, { noLocation: true });
  const operation = getOperationAST(seed, primary.operationName);
  const field = operation?.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD);
  if (field === undefined) throw new Error('The planner made a subscription without a field.');
  return { eventsSchema, seed, field };
}

/** What Apollo's executor refuses as a subscription it runs as a sequence, once for each event. */
function planOf({ primary, rest }: SubscriptionNode): QueryPlan {
  const first: PlanNode = { ...primary, serviceName: seedService, variableUsages: [] };
  const then = rest === undefined ? [] : rest.kind === 'Sequence' ? rest.nodes : [rest];
  return { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: [first, ...then] } };
}

/**
 * All variables but those that are only arguments of a subscription's root field. Inside of fragments all count, wherever the fragment is
 * spread: to count one too many costs an execution, and to count one too few would give somebody the answer of somebody else.
 */
function answeringVariables(document: DocumentNode): ReadonlySet<string> {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable({ name }, _key, parent, _path, ancestors) {
      if (!isArgumentOfRootField(parent ? [...ancestors, parent] : ancestors)) used.add(name.value);
    },
  });
  return used;
}

/** The way to a root field's argument: Document, its definitions, operation, selection set, its selections, field, its arguments. */
function isArgumentOfRootField(ancestors: readonly (ASTNode | readonly ASTNode[])[]): boolean {
  const kinds = ancestors.flatMap((one) => ('kind' in one ? one.kind : []));
  const [, operation, , field, argument] = kinds;
  return operation === Kind.OPERATION_DEFINITION && field === Kind.FIELD && argument === Kind.ARGUMENT;
}
