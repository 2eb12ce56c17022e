import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { AppError } from '#platform/errors.ts';
import type { JoinedFields } from './joined-fields.ts';
import type { Loss } from './known-places.ts';

/** A fetch of entities, with what is asked instead of those for which an input of `@requires` is not there. */
export type EntityFetch = FetchNode & {
  withoutInputs?: FetchNode;
  /** Of each type that the subgraph is asked for: the sets of fields by any of which it knows an object again. */
  keys?: Readonly<Record<string, readonly (readonly string[])[]>>;
};

/** Whether the representation identifies the object for the subgraph. */
export function hasKey(representation: Readonly<Record<string, unknown>>, { keys = {} }: EntityFetch): boolean {
  const typeName = representation['__typename'];
  const own = typeof typeName === 'string' && Object.hasOwn(keys, typeName) ? keys[typeName] : undefined;
  return own === undefined || own.some((key) => key.every((field) => Object.hasOwn(representation, field)));
}

/**
 * Makes sure that no field is asked for without what it `@requires`. The planner does so where one such field requires another that is beside
 * its own object: that is answered. Where only some types of an interface need an input, it would ask nothing of the others: that is mended.
 */
export function secureInputs(fetch: EntityFetch, joined: JoinedFields, schema: GraphQLSchema): Loss | null {
  const document = parse(fetch.operation, { noLocation: true });
  const loss = lossIn(document, { fetch, joined, schema });
  if (loss !== null) return loss;
  if (fetch.requires !== undefined) fetch.keys = keysIn(document, fetch.serviceName, joined);
  const requires = fetch.requires?.map((selection) => withoutInputs(selection, fetch.serviceName, joined));
  if (requires === undefined || JSON.stringify(requires) === JSON.stringify(fetch.requires)) return null;
  const operation = withoutDependents(document, fetch.serviceName, joined);
  if (operation !== null) fetch.withoutInputs = { ...fetch, requires, ...operation };
  return null;
}

function keysIn(document: DocumentNode, service: string, joined: JoinedFields): NonNullable<EntityFetch['keys']> {
  const names = new Set<string>();
  visit(document, { InlineFragment: ({ typeCondition }) => void (typeCondition && names.add(typeCondition.name.value)) });
  const keys = [...names].map((name) => [name, joined.keysOf(service, name)] as const);
  return Object.fromEntries(keys.filter(([, own]) => own.length > 0));
}

/** That a field cannot be had by any plan that was found. */
export function cannotBeAsked({ typeName, field, missing }: Loss): AppError {
  return new AppError('UNAVAILABLE', `"${typeName}.${field}" cannot be asked for here: no plan provides "${missing}" before it.`);
}

type Place = { readonly fetch: FetchNode; readonly joined: JoinedFields; readonly schema: GraphQLSchema };

function lossIn(document: DocumentNode, place: Place): Loss | null {
  const operation = getOperationAST(document);
  if (!operation) return null;
  const root = place.schema.getRootType(operation.operation) ?? undefined;
  const [entities] = operation.selectionSet.selections;
  const { requires } = place.fetch;
  if (requires === undefined) return lossInSet(operation.selectionSet, root, new Set(), place);
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return null;
  return lossInSet(entities.selectionSet, undefined, new Set(requires.flatMap(sentNames)), place);
}

function sentNames(selection: QueryPlanSelectionNode): string[] {
  return selection.kind === 'Field' ? [selection.name] : selection.selections.flatMap(sentNames);
}

/** `known` are the fields of the same object that the subgraph is sent. */
function lossInSet(set: SelectionSetNode, type: GraphQLNamedType | undefined, known: ReadonlySet<string>, place: Place): Loss | null {
  const { selections } = set;
  const there = new Set([...known, ...selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []))]);
  for (const selection of selections) {
    const loss = lossInSelection(selection, type, there, place);
    if (loss !== null) return loss;
  }
  return null;
}

function lossInSelection(
  selection: SelectionNode,
  type: GraphQLNamedType | undefined,
  there: ReadonlySet<string>,
  place: Place,
): Loss | null {
  if (selection.kind === Kind.FIELD) return lossInField(selection, type, there, place);
  if (selection.kind !== Kind.INLINE_FRAGMENT) return null;
  const condition = selection.typeCondition?.name.value;
  return lossInSet(selection.selectionSet, condition === undefined ? type : place.schema.getType(condition), there, place);
}

function lossInField(node: FieldNode, type: GraphQLNamedType | undefined, there: ReadonlySet<string>, place: Place): Loss | null {
  if (!isObjectType(type) && !isInterfaceType(type)) return null;
  const field = node.name.value;
  const missing = place.joined.requiredBy(place.fetch.serviceName, type.name, field).find((input) => !there.has(input));
  if (missing !== undefined) return { typeName: type.name, field, missing };
  const inside = type.getFields()[field]?.type;
  const named = inside && getNamedType(inside);
  return node.selectionSet && isCompositeType(named) ? lossInSet(node.selectionSet, named, new Set(), place) : null;
}

function withoutInputs(selection: QueryPlanSelectionNode, service: string, joined: JoinedFields): QueryPlanSelectionNode {
  if (selection.kind === 'Field') return selection;
  const selections = selection.selections.filter((inner) => inner.kind !== 'Field' || !joined.isOnlyInput(service, inner.name));
  return { ...selection, selections };
}

/** The operation without the fields that require something; null when nothing else is asked. */
function withoutDependents(document: DocumentNode, service: string, joined: JoinedFields) {
  const remaining = visit(document, {
    InlineFragment(node) {
      const selections = node.selectionSet.selections.filter((one) => !isDependent(one, node.typeCondition?.name.value, service, joined));
      return selections.some(isMore) ? { ...node, selectionSet: { ...node.selectionSet, selections } } : null;
    },
  });
  const [entities] = getOperationAST(remaining)?.selectionSet.selections ?? [];
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet?.selections.some(isMore)) return null;
  const used = new Set<string>();
  visit(remaining, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
  const written = visit(remaining, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
  const variableUsages = [...used].filter((name) => name !== 'representations');
  return { operation: stripIgnoredCharacters(print(written)), variableUsages };
}

function isMore(selection: SelectionNode): boolean {
  return selection.kind !== Kind.FIELD || selection.name.value !== '__typename';
}

function isDependent(selection: SelectionNode, typeName: string | undefined, service: string, joined: JoinedFields): boolean {
  return selection.kind === Kind.FIELD && typeName !== undefined && joined.requiredBy(service, typeName, selection.name.value).length > 0;
}
