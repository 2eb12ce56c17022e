import { createHash, randomUUID } from 'node:crypto';
import { Supergraph } from '@apollo/federation-internals';
import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  print,
  visit,
} from 'graphql';
import { AppError } from '#platform/errors.ts';
import { SharedRequests } from '../../execution/shared-requests.ts';
import type { Cache } from '../../runtime/caches.ts';
import { type AnswerShape, createAnswerShape } from './answer-shape.ts';
import { type Conditions, conditionsOf, conditionVariables } from './conditions.ts';
import { introspectionOf } from './introspection.ts';
import { readJoinedFields } from './joined-fields.ts';
import type { Loss } from './known-places.ts';
import { lossOf } from './lost-fields.ts';
import { followPlan } from './plan-flow.ts';
import { type PlannerDocument, writePlannerDocument } from './planner-document.ts';
import { readPlannerNames } from './planner-names.ts';
import { cannotBeAsked, secureInputs } from './required-inputs.ts';
import { type Asked, clientPath, type Fragments, readSelections } from './selections.ts';
import { withInputs } from './written-inputs.ts';

/** What clients see, and the composed SDL. */
export type ServedSupergraph = { readonly apiSchema: GraphQLSchema; readonly sdl: string };

export type Schemas = { readonly apiSchema: GraphQLSchema; readonly supergraphSchema: GraphQLSchema };

/** An operation, ready to be carried out for requests whose conditions are the same. */
export type PlannedOperation = {
  /** The schemas that it was planned for, and their supergraph. */
  readonly schemas: Schemas;
  readonly sdl: string;
  /** Equal for equal operations of one supergraph whose conditions are the same. */
  readonly key: string;
  readonly operation: OperationDefinitionNode;
  /** What subgraphs are asked; undefined when none has anything to do with it. */
  readonly plan: PlanNode | SubscriptionNode | undefined;
  readonly rootType: GraphQLObjectType;
  readonly shape: AnswerShape;
  /** The fields that only the schema answers; null when there are none. */
  readonly introspection: DocumentNode | null;
  /** Whether a literal may be rejected that only a subgraph can validate. */
  readonly hasScalarLiterals: boolean;
  /** The client's name of a variable of the plan. */
  variableName(name: string): string;
  /** What the client calls a path of the plan's keys, as far as the client asked for it. */
  clientPath(path: readonly (string | number)[]): (string | number)[];
};

/** Apollo's planner for one supergraph, behind a rewrite that keeps it from what it does not get right. */
export type OperationPlanner = {
  readonly supergraph: Supergraph;
  /**
   * Plans a valid operation, or remembers how it did. Without variables what depends on a condition is a step of its own, for a picture
   * and not to be carried out. `caller` is whose turn it takes, if it has to be planned.
   * @throws GraphQLError BAD_USER_INPUT when a condition is null; and what `buildPlan` throws.
   */
  plan(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Readonly<Record<string, unknown>> | null,
    caller: string,
  ): Promise<PlannedOperation>;
};

type Wanted = { readonly document: DocumentNode; readonly operation: OperationDefinitionNode; readonly caller: string };

type Attempt = {
  readonly written: PlannerDocument;
  readonly text: string | null;
  readonly json: string;
  readonly node: PlanNode | SubscriptionNode | undefined;
  /** A field that the plan would not get. */
  readonly loss: Loss | null;
};

type Known = { readonly hash: string; readonly conditions: readonly string[] };

export type OperationPlannerOptions = {
  /** From the text of an operation to Apollo's plan for it, as JSON; `caller` is null when it is one that is never forgotten. */
  buildPlan(operation: string, caller: string | null): Promise<string>;
  readonly plans: Cache<KeptPlan>;
  /** Whether the plans of this document are kept for good. */
  isRegistered(document: DocumentNode): boolean;
};

export type KeptPlan = { readonly planned: PlannedOperation; readonly bytes: number };

/** Of the registered documents, whose conditions may be many. */
const mostRegistered = 5000;
/** Measured: a plan takes up to a hundred times what it is as text, most of it for the shape of the answer. */
const bytesOfPlan = (text: string, plan: string): number => 8192 + 60 * (text.length + plan.length);

export function createOperationPlanner(served: ServedSupergraph, options: OperationPlannerOptions): OperationPlanner {
  return new Planner(served, options);
}

class Planner implements OperationPlanner {
  readonly supergraph: Supergraph;
  readonly #served: ServedSupergraph;
  readonly #options: OperationPlannerOptions;
  readonly #plannerNames: ReturnType<typeof readPlannerNames>;
  readonly #joined: ReturnType<typeof readJoinedFields>;
  readonly #schemas: PlannedOperation['schemas'];
  readonly #remember = createMemory();
  readonly #registered = new Map<string, PlannedOperation>();
  readonly #underWay = new SharedRequests<PlannedOperation>();
  /** The plans of the supergraph before may still come in. */
  readonly #own = randomUUID();

  constructor(served: ServedSupergraph, options: OperationPlannerOptions) {
    this.supergraph = Supergraph.build(served.sdl, { validateSupergraph: false });
    this.#served = served;
    this.#options = options;
    this.#plannerNames = readPlannerNames(served.sdl);
    this.#joined = readJoinedFields(served.sdl);
    this.#schemas = { apiSchema: served.apiSchema, supergraphSchema: this.supergraph.schema.toGraphQLJSSchema() };
  }

  async plan(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Readonly<Record<string, unknown>> | null,
    caller: string,
  ): Promise<PlannedOperation> {
    const operation = getOperationAST(document, operationName);
    if (!operation) throw new Error('The operation was not looked for before it was planned.');
    const { hash, conditions: names } = this.#remember(document, operation);
    const conditions = variables && conditionsOf(names, operation, variables);
    const key = JSON.stringify([this.#own, hash, conditions && [...conditions]]);
    const before = this.#registered.get(key) ?? this.#options.plans.get(key)?.planned;
    return before ?? this.#underWay.share(key, () => this.#planAndKeep(key, { document, operation, caller }, conditions));
  }

  async #attempt({ document, operation, caller }: Wanted, asked: readonly Asked[], selections: readonly Asked[]): Promise<Attempt> {
    const written = writePlannerDocument(this.#served.apiSchema, document, operation, selections);
    const text = written.document && print(written.document);
    const json = text === null ? 'null' : await this.#options.buildPlan(text, this.#options.isRegistered(document) ? null : caller);
    const node = (JSON.parse(json) ?? undefined) as PlanNode | SubscriptionNode | undefined;
    const { supergraphSchema } = this.#schemas;
    let loss: Loss | null = null;
    for (const fetch of node === undefined ? [] : fetchesOf(node)) {
      complete(fetch, written);
      loss ??= secureInputs(fetch, this.#joined, supergraphSchema);
    }
    const rootName = rootTypeOf(this.#served.apiSchema, operation).name;
    const subgraphSchema = (name: string) => this.supergraph.subgraphs().get(name)?.schema;
    if (node) loss ??= lossOf(followPlan(node, rootName, { supergraphSchema, subgraphSchema }), asked, supergraphSchema);
    return { written, text, json, node, loss };
  }

  /** The planner does not always ask for what a field requires in time; when the operation asks for that as well, it mostly does. */
  async #planSafely(wanted: Wanted, asked: readonly Asked[]): Promise<Attempt> {
    const first = await this.#attempt(wanted, asked, asked);
    if (first.loss === null) return first;
    const { supergraphSchema: schema } = this.#schemas;
    const second = await this.#attempt(
      wanted,
      asked,
      withInputs(asked, rootTypeOf(schema, wanted.operation), { joined: this.#joined, schema }),
    );
    if (second.loss !== null) throw cannotBeAsked(first.loss);
    return second;
  }

  async #planAnew(key: string, wanted: Wanted, conditions: Conditions): Promise<KeptPlan> {
    const { document, operation } = wanted;
    const rootType = rootTypeOf(this.#served.apiSchema, operation);
    const asked = readSelections(operation.selectionSet, {
      fragments: fragmentsOf(document),
      conditions,
      plannerNames: this.#plannerNames,
    });
    const { written, text, json, node } = await this.#planSafely(wanted, asked.selections);
    const planned: PlannedOperation = {
      schemas: this.#schemas,
      sdl: this.#served.sdl,
      key,
      operation,
      plan: node,
      rootType,
      shape: createAnswerShape(this.#served.apiSchema, asked.selections),
      introspection: introspectionOf(operation, asked.selections),
      hasScalarLiterals: written.literals.hasCustomScalars(),
      variableName: (name) => written.renamedVariables.get(name) ?? name,
      clientPath: (path) => clientPath(path, asked.root),
    };
    return { planned, bytes: bytesOfPlan(text ?? '', json) };
  }

  async #planAndKeep(key: string, wanted: Wanted, conditions: Conditions): Promise<PlannedOperation> {
    const kept = await this.#planAnew(key, wanted, conditions);
    if (this.#options.isRegistered(wanted.document) && this.#registered.size < mostRegistered) this.#registered.set(key, kept.planned);
    else this.#options.plans.set(key, kept);
    return kept.planned;
  }
}

/** The same key for equal operations, regardless of operation name and formatting. */
function createMemory(): (document: DocumentNode, operation: OperationDefinitionNode) => Known {
  const known = new WeakMap<OperationDefinitionNode, Known>();
  return (document, operation) => {
    const before = known.get(operation);
    if (before) return before;
    const own = ownDocument(document, operation);
    const hash = createHash('sha256').update(print(own)).digest('base64');
    const found = { hash, conditions: conditionVariables(own) };
    known.set(operation, found);
    return found;
  };
}

/** The operation without its name, and the fragments that it uses. */
function ownDocument(document: DocumentNode, { name: _, ...operation }: OperationDefinitionNode): DocumentNode {
  const fragments = fragmentsOf(document);
  const used = new Set<FragmentDefinitionNode>();
  const open: ASTNode[] = [operation];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || used.has(fragment)) return;
        used.add(fragment);
        open.push(fragment);
      },
    });
  }
  return { kind: Kind.DOCUMENT, definitions: [operation, ...used] };
}

function rootTypeOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType {
  const rootType = schema.getRootType(operation);
  if (!rootType) throw new Error(`The schema has no ${operation}, though the document is valid.`);
  return rootType;
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
