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

/** A fetch of entities, with what is asked instead of those for which an input of `@requires` is not there. */
export type EntityFetch = FetchNode & { withoutInputs?: FetchNode };

/**
 * Makes sure that no field is asked for without what it `@requires`. The planner does so where one such field requires another that is beside
 * its own object; and where only some types of an interface need an input, it would ask nothing of the others.
 * @throws AppError UNAVAILABLE when there is no way to ask for a field.
 */
export function secureInputs(fetch: EntityFetch, joined: JoinedFields, schema: GraphQLSchema): void {
  const document = parse(fetch.operation, { noLocation: true });
  assertInputs(document, { fetch, joined, schema });
  const requires = fetch.requires?.map((selection) => withoutInputs(selection, fetch.serviceName, joined));
  if (requires === undefined || JSON.stringify(requires) === JSON.stringify(fetch.requires)) return;
  const operation = withoutDependents(document, fetch.serviceName, joined);
  if (operation === null) return;
  fetch.withoutInputs = { ...fetch, requires, ...operation };
}

type Place = { readonly fetch: FetchNode; readonly joined: JoinedFields; readonly schema: GraphQLSchema };

function assertInputs(document: DocumentNode, place: Place): void {
  const operation = getOperationAST(document);
  if (!operation) return;
  const root = place.schema.getRootType(operation.operation) ?? undefined;
  const [entities] = operation.selectionSet.selections;
  const { requires } = place.fetch;
  if (requires === undefined) assertSet(operation.selectionSet, root, new Set(), place);
  else if (entities?.kind === Kind.FIELD && entities.selectionSet)
    assertSet(entities.selectionSet, undefined, new Set(requires.flatMap(sentNames)), place);
}

function sentNames(selection: QueryPlanSelectionNode): string[] {
  return selection.kind === 'Field' ? [selection.name] : selection.selections.flatMap(sentNames);
}

/** `known` are the fields of the same object that the subgraph is sent. */
function assertSet({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined, known: ReadonlySet<string>, place: Place): void {
  const there = new Set([...known, ...selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []))]);
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      assertSet(selection.selectionSet, condition === undefined ? type : place.schema.getType(condition), there, place);
    } else if (selection.kind === Kind.FIELD) assertField(selection, type, there, place);
  }
}

function assertField(node: FieldNode, type: GraphQLNamedType | undefined, there: ReadonlySet<string>, place: Place): void {
  if (!isObjectType(type) && !isInterfaceType(type)) return;
  const name = node.name.value;
  const missing = place.joined.requiredBy(place.fetch.serviceName, type.name, name).find((input) => !there.has(input));
  if (missing !== undefined) {
    const message = `"${type.name}.${name}" cannot be asked for here: there is no way to tell it "${missing}" before.`;
    throw new AppError('UNAVAILABLE', message);
  }
  const inside = type.getFields()[name]?.type;
  const named = inside && getNamedType(inside);
  if (node.selectionSet && isCompositeType(named)) assertSet(node.selectionSet, named, new Set(), place);
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
