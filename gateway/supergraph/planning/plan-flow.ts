import {
  baseType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  possibleRuntimeTypes,
  type Schema,
} from '@apollo/federation-internals';
import type { FetchNode, PlanNode, QueryPlanSelectionNode, SubscriptionNode } from '@apollo/query-planner';
import { type FieldNode, type GraphQLSchema, getOperationAST, Kind, parse, type SelectionSetNode } from 'graphql';
import { isSameOrSubType } from '../../execution/entities.ts';
import {
  createPlace,
  isKnownIn,
  type Loss,
  openScope,
  type Place,
  placesAt,
  resolveType,
  type Scope,
  variantsFor,
} from './known-places.ts';
import type { EntityFetch } from './required-inputs.ts';

/** The schemas that a plan is followed by. */
export type FlowSchemas = {
  readonly supergraphSchema: GraphQLSchema;
  /** What a subgraph knows of it. */
  subgraphSchema(name: string): Schema | undefined;
};

/**
 * Follows a plan without carrying it out: what is known of each place of the answer when all steps are done, and which fields a step did not ask
 * for because something that it sends was not there yet. Conditions are taken to be true. Null for a plan that is too large to be followed: objects
 * of many types in one another have as many places as their types have combinations.
 */
export function followPlan(plan: PlanNode | SubscriptionNode, rootType: string, schemas: FlowSchemas): Place | null {
  const root = createPlace([rootType]);
  const flow = new Flow(root, schemas);
  flow.follow(plan, [], openScope(null));
  return flow.isTooLarge ? null : root;
}

/** Some 50 ms; a plan has a few hundred mostly. */
const mostFields = 20_000;

/** What a step does at one place: to which of its objects, and in whose words. */
type Brought = {
  readonly service: string;
  /** Names that a step gives to what it was answered under others. */
  readonly keys: ReadonlyMap<string, string>;
  readonly scope: Scope;
  /** Null for what is known then. */
  readonly lossOf: ((typeName: string, field: string) => Loss) | null;
};

class Flow {
  readonly #root: Place;
  readonly #schemas: FlowSchemas;
  #fields = 0;

  constructor(root: Place, schemas: FlowSchemas) {
    this.#root = root;
    this.#schemas = schemas;
  }

  get isTooLarge(): boolean {
    return this.#fields > mostFields;
  }

  follow(node: PlanNode | SubscriptionNode, path: readonly (string | number)[], scope: Scope): void {
    switch (node.kind) {
      case 'Sequence':
        for (const step of node.nodes) this.follow(step, path, scope);
        return;
      case 'Parallel':
        this.#followBranches(node.nodes, path, scope);
        return;
      case 'Flatten':
        this.follow(node.node, [...path, ...node.path], scope);
        return;
      case 'Subscription':
        this.follow(node.primary, path, scope);
        if (node.rest) this.follow(node.rest, path, scope);
        return;
      case 'Condition':
        for (const clause of [node.ifClause, node.elseClause]) if (clause) this.follow(clause, path, scope);
        return;
      case 'Fetch':
        this.#fetch(node, path, scope);
        return;
      case 'Defer':
        throw new Error('Parts of an answer that come later are not served here.');
    }
  }

  #followBranches(branches: readonly PlanNode[], path: readonly (string | number)[], scope: Scope): void {
    const inside = branches.map(() => openScope(scope));
    for (const [index, own] of inside.entries()) {
      const branch = branches[index];
      if (branch) this.follow(branch, path, own);
    }
    for (const own of inside) own.hasEnded = true;
  }

  #fetch(fetch: EntityFetch, path: readonly (string | number)[], scope: Scope): void {
    const { requires } = fetch;
    for (const place of placesAt(this.#root, path, scope)) {
      if (requires !== undefined) this.#fetchEntities(fetch, requires, place, scope);
      else this.#add(place, [...place.types], operationOf(fetch).selectionSet, this.#rootTypeOf(fetch), broughtBy(fetch, scope, null));
    }
  }

  #fetchEntities(fetch: EntityFetch, requires: readonly QueryPlanSelectionNode[], place: Place, scope: Scope): void {
    const asked = [...place.types].filter((type) => this.#isAskedFor(type, requires));
    const missing = new Map(asked.map((type) => [type, this.#missingOf(fetch, requires, place, type, scope)]));
    const complete = asked.filter((type) => missing.get(type) === null);
    const lacking = asked.filter((type) => typeof missing.get(type) === 'string');
    const set = entitiesOf(fetch);
    if (complete.length > 0) this.#add(place, complete, set, undefined, broughtBy(fetch, scope, null));
    if (lacking.length === 0) return;
    const { withoutInputs } = fetch;
    const others = withoutInputs?.requires;
    const rest = others ? lacking.filter((type) => this.#missingOf(fetch, others, place, type, scope) === null) : [];
    if (withoutInputs && rest.length > 0)
      this.#add(place, rest, entitiesOf(withoutInputs), undefined, broughtBy(withoutInputs, scope, null));
    for (const type of lacking) {
      const lossOf = (typeName: string, field: string) => ({ typeName, field, missing: missing.get(type) ?? '' });
      this.#add(place, [type], set, undefined, broughtBy(fetch, scope, lossOf));
    }
  }

  /** Whether anything of an object is sent. */
  #isAskedFor(type: string, requires: readonly QueryPlanSelectionNode[]): boolean {
    return requires.some((selection) => {
      if (selection.kind === 'Field') return selection.name === '__typename';
      return this.#applies(type, selection.typeCondition) && this.#isAskedFor(type, selection.selections);
    });
  }

  /** What keeps an object from being asked for: a field that is to be sent and not known by then, or a key that is not sent. */
  #missingOf(
    { keys = {} }: EntityFetch,
    requires: readonly QueryPlanSelectionNode[],
    place: Place,
    type: string,
    scope: Scope,
  ): string | null {
    const missing = this.#missing(place, type, requires, scope);
    if (missing !== null) return missing;
    const own = Object.entries(keys).flatMap(([condition, sets]) => (this.#applies(type, condition) ? sets : []));
    const sent = new Set(this.#sentOf(type, requires));
    const isSent = own.length === 0 || own.some((key) => key.every((field) => sent.has(field)));
    return isSent ? null : (own[0]?.find((field) => !sent.has(field)) ?? null);
  }

  #sentOf(type: string, requires: readonly QueryPlanSelectionNode[]): string[] {
    return requires.flatMap((selection) => {
      if (selection.kind === 'Field') return [selection.alias ?? selection.name];
      return this.#applies(type, selection.typeCondition) ? this.#sentOf(type, selection.selections) : [];
    });
  }

  /** The first field that is to be sent of an object and is not known by then. */
  #missing(place: Place, type: string, requires: readonly QueryPlanSelectionNode[], scope: Scope): string | null {
    for (const selection of requires) {
      const missing =
        selection.kind === 'Field'
          ? this.#missingField(place, type, selection, scope)
          : this.#applies(type, selection.typeCondition)
            ? this.#missing(place, type, selection.selections, scope)
            : null;
      if (missing !== null) return missing;
    }
    return null;
  }

  #missingField(
    place: Place,
    type: string,
    { name, alias, selections }: Extract<QueryPlanSelectionNode, { kind: 'Field' }>,
    scope: Scope,
  ): string | null {
    const variant = place.fields.get(alias ?? name)?.find(({ types }) => types.has(type));
    if (variant === undefined || !isKnownIn(variant, scope)) return name;
    for (const inside of selections ? variant.inside.types : []) {
      const missing = this.#missing(variant.inside, inside, selections ?? [], scope);
      if (missing !== null) return missing;
    }
    return null;
  }

  #add(place: Place, types: readonly string[], { selections }: SelectionSetNode, parent: string | undefined, brought: Brought): void {
    // what an object is comes first: conditions depend on it
    const asksForType = selections.some((selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename');
    const own = asksForType && brought.lossOf === null ? this.#resolved(place, types, brought.service) : types;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) this.#addField(place, own, selection, parent, brought);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? parent;
        const narrowed = own.filter((type) => this.#applies(type, condition));
        if (narrowed.length > 0) this.#add(place, narrowed, selection.selectionSet, condition, brought);
      }
    }
  }

  #addField(place: Place, types: readonly string[], node: FieldNode, parent: string | undefined, brought: Brought): void {
    this.#fields += 1;
    if (this.isTooLarge) return;
    const name = node.name.value;
    const key = node.alias?.value ?? name;
    const { lossOf } = brought;
    for (const variant of variantsFor(place, brought.keys.get(key) ?? key, types)) {
      if (lossOf === null) variant.knownIn.push(brought.scope);
      else variant.loss ??= lossOf([...variant.types][0] ?? '', name);
      if (!node.selectionSet) continue;
      const { typeName, possible } = this.#typeOf(brought.service, parent ?? [...variant.types][0], name);
      variant.inside.types = narrowedTypes(variant.inside.types, possible);
      this.#add(variant.inside, [...variant.inside.types], node.selectionSet, typeName, brought);
    }
  }

  /** A subgraph that has an interface as an object calls it by that, until one that has the interface is asked. */
  #resolved(place: Place, types: readonly string[], service: string): string[] {
    return types.flatMap((type) => {
      const own = this.#schemas.subgraphSchema(service)?.type(type);
      if (own === undefined || !isInterfaceType(own)) return [type];
      const members = own.possibleRuntimeTypes().map(({ name }) => name);
      resolveType(place, type, members);
      return members;
    });
  }

  #typeOf(service: string, parent: string | undefined, field: string): { typeName: string | undefined; possible: readonly string[] } {
    const type = parent === undefined ? undefined : this.#schemas.subgraphSchema(service)?.type(parent);
    const ofField = type && (isObjectType(type) || isInterfaceType(type)) ? type.field(field)?.type : undefined;
    const inside = ofField && baseType(ofField);
    if (inside === undefined || !isCompositeType(inside)) return { typeName: undefined, possible: [] };
    const possible = isAbstractType(inside) ? possibleRuntimeTypes(inside).map(({ name }) => name) : [inside.name];
    return { typeName: inside.name, possible };
  }

  #applies(type: string, condition: string | undefined): boolean {
    return condition === undefined || isSameOrSubType(this.#schemas.supergraphSchema, type, condition);
  }

  #rootTypeOf({ serviceName, operationKind }: FetchNode): string | undefined {
    return this.#schemas.subgraphSchema(serviceName)?.schemaDefinition.rootType(operationKind as 'query')?.name;
  }
}

/** The intersection of the possible types that two subgraphs report for the same objects. */
function narrowedTypes(before: ReadonlySet<string>, possible: readonly string[]): Set<string> {
  if (before.size === 0) return new Set(possible);
  const both = possible.filter((type) => before.has(type));
  return new Set(both.length === 0 ? before : both);
}

function broughtBy({ serviceName, outputRewrites = [] }: FetchNode, scope: Scope, lossOf: Brought['lossOf']): Brought {
  const keys = outputRewrites.flatMap((rewrite) =>
    rewrite.kind === 'KeyRenamer' ? [[rewrite.path.at(-1) ?? '', rewrite.renameKeyTo] as const] : [],
  );
  return { service: serviceName, keys: new Map(keys), scope, lossOf };
}

function operationOf({ operation }: FetchNode) {
  const found = getOperationAST(parse(operation, { noLocation: true }));
  if (!found) throw new Error('The planner made a fetch without an operation.');
  return found;
}

function entitiesOf(fetch: FetchNode): SelectionSetNode {
  const [entities] = operationOf(fetch).selectionSet.selections;
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) throw new Error('The planner made a fetch of entities without any.');
  return entities.selectionSet;
}
