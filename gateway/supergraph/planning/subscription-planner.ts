import type { PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { type ASTNode, type DocumentNode, type FieldNode, type GraphQLSchema, getOperationAST, Kind, parse, visit } from 'graphql';
import { graphqlError } from '../../pipeline/request-error.ts';
import type { OperationPlanner, PlannedOperation } from './operation-planner.ts';

/** The subgraph that has no server: what an event carries answers for it. */
export const eventsSubgraph = 'events';

/** The name under which the plan finds what the event carries, in place of a subgraph's. */
export const seedService = 'events:seed';

/** A subscription planned for one supergraph: the first step is answered by the event, the rest by subgraphs. */
export type PlannedSubscription = Omit<PlannedOperation, 'plan'> & {
  /** What of the supergraph events answer. */
  readonly eventsSchema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly plan: PlanNode;
  /** What of the operation the event answers, as a document against `eventsSchema`, with the planner's keys and names of variables. */
  readonly seed: DocumentNode;
  readonly field: FieldNode;
  /** The variables on which the answer to one event depends; the others only select which events are received. */
  readonly answering: ReadonlySet<string>;
};

export type SubscriptionPlanner = {
  /** @throws GraphQLError when the operation cannot be served as a subscription. */
  subscriptionOf(planned: PlannedOperation, document: DocumentNode): PlannedSubscription;
};

/** Makes subscriptions of what the planner of one supergraph planned, and remembers them. */
export function createSubscriptionPlanner(planner: OperationPlanner): SubscriptionPlanner {
  const events = [...planner.supergraph.subgraphs()].find((subgraph) => subgraph.name === eventsSubgraph);
  // null when this supergraph has no virtual subgraph for events
  const eventsSchema = events?.schema.toGraphQLJSSchema() ?? null;
  const known = new WeakMap<PlannedOperation, PlannedSubscription>();

  return {
    subscriptionOf(planned, document) {
      const before = known.get(planned);
      if (before) return before;
      const { plan: node } = planned;
      if (node?.kind !== 'Subscription') throw graphqlError('GRAPHQL_VALIDATION_FAILED', 'A subscription has one field of the schema.');
      const answering = answeringVariables(document);
      const seed = seedOf(node, eventsSchema);
      const subscription = { ...planned, document, answering, ...seed, plan: planOf(node) };
      known.set(planned, subscription);
      return subscription;
    },
  };
}

function seedOf({ primary }: SubscriptionNode, eventsSchema: GraphQLSchema | null) {
  if (primary.serviceName !== eventsSubgraph || eventsSchema === null)
    throw graphqlError('GRAPHQL_VALIDATION_FAILED', `Subscriptions of the subgraph "${primary.serviceName}" are not served here.`);
  const seed = parse(primary.operation, { noLocation: true });
  const operation = getOperationAST(seed, primary.operationName);
  const field = operation?.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD);
  if (field === undefined) throw new Error('The planner made a subscription without a field.');
  return { eventsSchema, seed, field };
}

/** A subscription as a sequence that is run once for each event. */
function planOf({ primary, rest }: SubscriptionNode): PlanNode {
  const first: PlanNode = { ...primary, serviceName: seedService, variableUsages: [] };
  const then = rest === undefined ? [] : rest.kind === 'Sequence' ? rest.nodes : [rest];
  return { kind: 'Sequence', nodes: [first, ...then] };
}

/** The client's values under the names that the plan has for them. */
export function plannersVariables(
  { seed, variableName }: Pick<PlannedSubscription, 'seed' | 'variableName'>,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const definitions = getOperationAST(seed)?.variableDefinitions ?? [];
  const values = definitions.map(({ variable: { name } }) => [name.value, variables[variableName(name.value)]] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/**
 * All variables but those that are only arguments of a subscription's root field. Inside of fragments all count, wherever the fragment is
 * spread: to count one too many costs an execution, and to count one too few would give a subscriber the answer of another one.
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
