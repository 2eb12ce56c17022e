import {
  type DocumentNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { graphqlError } from '../request-error.ts';
import { givenOf, isIncluded, type Variables } from '../validate/given-variables.ts';
import { authenticationMutations } from './authentication.ts';
import { type Collected, type Collection, collectFields, type Fragments, fragmentsOf } from './field-collection.ts';

export type Limits = {
  /** Operations in one document. */
  readonly maxOperations: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxRootFields: number;
  readonly maxDirectives: number;
  /** Objects an operation may ask for, as estimated by cost.ts. */
  readonly maxCost: number;
};

/** What is executed of an operation: equal fields are one. `pairs` are the pairs of those that are written more than once. */
export type Measure = { depth: number; aliases: number; rootFields: string[]; pairs: number };
/** How large an operation is as a text with its fragments written out, which planners and validation go through. */
export type Extent = { selections: number; nesting: number; directives: number; isCyclic: boolean };

/** Nested fragments can expand a small document without bound; this is far more than clients need. */
const maxSelections = 5000;
/** Validation compares all fields under one key with each other: a hundred times the same one is ten milliseconds at the most. */
const maxPairs = 5000;
/** Fragments in fragments, without a field between them. */
const maxNesting = 32;
/** The introspection of tools is fifteen deep, wide and harmless, so it has a depth of its own. */
const maxIntrospectionDepth = 16;

/**
 * Goes through one operation without knowing the schema. Stops counting at 5000 selections; a fragment inside itself counts once. Directives
 * count as often as they are written.
 */
export function extentOf(operation: OperationDefinitionNode, fragments: Fragments): Extent {
  const found: Extent = { selections: 0, nesting: 0, directives: operation.directives?.length ?? 0, isCyclic: false };
  const open = new Set<string>();
  const seen = new Set<string>();

  const walk = (set: SelectionSetNode, nesting: number, isNew: boolean): void => {
    found.nesting = Math.max(found.nesting, nesting);
    for (const selection of set.selections) {
      found.selections += 1;
      if (found.selections > maxSelections) return;
      if (isNew) found.directives += selection.directives?.length ?? 0;
      visit(selection, nesting, isNew);
    }
  };
  const visit = (node: SelectionNode, nesting: number, isNew: boolean): void => {
    if (node.kind === Kind.INLINE_FRAGMENT) walk(node.selectionSet, nesting + 1, isNew);
    else if (node.kind === Kind.FRAGMENT_SPREAD) spread(node.name.value, nesting);
    else if (node.selectionSet) walk(node.selectionSet, 0, isNew);
  };
  const spread = (name: string, nesting: number): void => {
    const fragment = fragments.get(name);
    if (!fragment) return;
    if (open.has(name)) {
      found.isCyclic = true;
      return;
    }
    const isNew = !seen.has(name);
    if (isNew) found.directives += fragment.directives?.length ?? 0;
    seen.add(name);
    open.add(name);
    walk(fragment.selectionSet, nesting + 1, isNew);
    open.delete(name);
  };

  walk(operation.selectionSet, 0, true);
  return found;
}

/** Measures one operation whose extent is within the limits and without cycles, and does no more than that extent. */
export function measure(
  operation: OperationDefinitionNode,
  fragments: Fragments,
  isIncluded: (selection: SelectionNode) => boolean = () => true,
): Measure {
  const found: Measure = { depth: 0, aliases: 0, rootFields: [], pairs: 0 };
  const collection: Collection<true> = { fragments, narrow: (place) => place, isIncluded };

  const walk = (sets: Parameters<typeof collectFields<true>>[0], depth: number, introspection: boolean): void => {
    for (const group of collectFields(sets, collection).values()) {
      const inside = introspection || group.some(({ node: { name } }) => name.value === '__schema' || name.value === '__type');
      count(group, depth, inside);
      found.pairs += (group.length * (group.length - 1)) / 2;
      const inner = group.flatMap(({ node }) => (node.selectionSet ? [{ set: node.selectionSet, place: true as const }] : []));
      if (inner.length > 0) walk(inner, depth + 1, inside);
    }
  };
  const count = (group: readonly Collected<true>[], depth: number, introspection: boolean): void => {
    if (group.some(({ node }) => node.alias)) found.aliases += 1;
    if (!introspection || depth > maxIntrospectionDepth) found.depth = Math.max(found.depth, depth);
    if (depth > 1) return;
    // validation rejects different fields under one response key; until then they count separately
    const names = new Set(group.map(({ node }) => node.name.value));
    found.rootFields.push(...[...names].filter((name) => name !== '__typename'));
  };

  walk([{ set: operation.selectionSet, place: true }], 1, false);
  return found;
}

/** What makes a document too long to be validated, in any of its operations; empty when nothing does. */
export function checkLimits(document: DocumentNode, limits: Limits): GraphQLError[] {
  const fragments = fragmentsOf(document);
  const operations = document.definitions.filter((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION);
  if (operations.length > limits.maxOperations) {
    const message = `The document holds ${operations.length} operations; the limit is ${limits.maxOperations}.`;
    return [graphqlError('OPERATION_TOO_LARGE', message)];
  }
  return operations.flatMap((one) => checkExtent(one, fragments, limits));
}

function checkExtent(operation: OperationDefinitionNode, fragments: Fragments, limits: Limits): GraphQLError[] {
  const extent = extentOf(operation, fragments);
  const problems = [
    ...atMost(maxSelections, extent.selections, 'selects too many fields'),
    ...atMost(maxNesting, extent.nesting, `nests fragments ${extent.nesting} deep`),
    ...atMost(limits.maxDirectives, extent.directives, `has ${extent.directives} directives`),
  ];
  // validation rejects cycles
  if (problems.length > 0 || extent.isCyclic) return problems;
  const { pairs } = measure(operation, fragments);
  return atMost(maxPairs, pairs, `repeats fields, in ${pairs} pairs of equal ones`);
}

type Executed = {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly request: { readonly variables?: Variables | null | undefined };
};

/** Operations that are within the limits even when nothing of them is skipped, which is found once. */
const small = new WeakMap<Limits, WeakSet<OperationDefinitionNode>>();

/** What of the operation that is run is beyond the limits; empty when nothing is. What is skipped is not run, and not counted. */
export function checkExecuted({ document, operation, request }: Executed, limits: Limits): GraphQLError[] {
  const known = small.get(limits) ?? new WeakSet();
  small.set(limits, known);
  if (known.has(operation)) return [];
  const fragments = fragmentsOf(document);
  if (problemsIn(measure(operation, fragments), operation, limits).length === 0) {
    known.add(operation);
    return [];
  }
  const given = givenOf(operation, request.variables ?? {});
  return problemsIn(
    measure(operation, fragments, (selection) => isIncluded(given, selection)),
    operation,
    limits,
  );
}

function problemsIn({ depth, aliases, rootFields }: Measure, { operation }: OperationDefinitionNode, limits: Limits): GraphQLError[] {
  const problems = [
    ...atMost(limits.maxDepth, depth, `is ${depth} levels deep`),
    ...atMost(limits.maxAliases, aliases, `has ${aliases} aliases`),
    ...atMost(limits.maxRootFields, rootFields.length, `has ${rootFields.length} fields at its root`),
  ];
  const message = 'The operation asks for authentication more than once; send one such mutation at a time.';
  const isRepeated = operation === 'mutation' && rootFields.filter((name) => authenticationMutations.has(name)).length > 1;
  return isRepeated ? [...problems, graphqlError('OPERATION_TOO_LARGE', message)] : problems;
}

function atMost(limit: number, count: number, what: string): GraphQLError[] {
  return count > limit ? [graphqlError('OPERATION_TOO_LARGE', `The operation ${what}; the limit is ${limit}.`)] : [];
}
