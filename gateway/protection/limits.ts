import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { refusal } from './refusals.ts';

export type Limits = {
  /** Lexical tokens of the whole document. */
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxRootFields: number;
  readonly maxDirectives: number;
  /** Objects an operation may ask for, as estimated by cost.ts. */
  readonly maxCost: number;
};

/** What an operation would be with its fragments written out. */
export type Measure = { depth: number; aliases: number; directives: number; selections: number; rootFields: string[] };

/** Fragments in fragments can grow a small text without bound; nobody needs more than this. */
const maxSelections = 5000;
/** The introspection of tools is fifteen deep, wide and harmless, so it has a depth of its own. */
const maxIntrospectionDepth = 16;

/** Mutations that cost a password hash or tell whether a secret is right: an operation may hold one of them. */
const authentication: ReadonlySet<string> = new Set([
  'register',
  'logIn',
  'refreshSession',
  'changePassword',
  'requestPasswordReset',
  'resetPassword',
  'changeEmail',
  'deleteAccount',
]);

/** Measures one operation without knowing the schema. Stops counting at 5000 selections; a fragment inside itself counts once. */
export function measure(document: DocumentNode, operation: OperationDefinitionNode): Measure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const found: Measure = { depth: 0, aliases: 0, directives: operation.directives?.length ?? 0, selections: 0, rootFields: [] };
  const open = new Set<string>();

  const walk = (set: SelectionSetNode, depth: number, introspection: boolean): void => {
    for (const selection of set.selections) {
      found.selections += 1;
      if (found.selections > maxSelections) return;
      visit(selection, depth, introspection);
    }
  };
  const visit = (node: SelectionNode, depth: number, introspection: boolean): void => {
    found.directives += node.directives?.length ?? 0;
    if (node.kind === Kind.FIELD) field(node, depth, introspection);
    else if (node.kind === Kind.INLINE_FRAGMENT) walk(node.selectionSet, depth, introspection);
    else spread(node.name.value, depth, introspection);
  };
  const field = (node: FieldNode, depth: number, introspection: boolean): void => {
    const name = node.name.value;
    const inside = introspection || name === '__schema' || name === '__type';
    if (node.alias) found.aliases += 1;
    if (depth === 1 && name !== '__typename') found.rootFields.push(name);
    if (!inside || depth > maxIntrospectionDepth) found.depth = Math.max(found.depth, depth);
    if (node.selectionSet) walk(node.selectionSet, depth + 1, inside);
  };
  const spread = (name: string, depth: number, introspection: boolean): void => {
    const fragment = fragments.get(name);
    if (!fragment || open.has(name)) return;
    open.add(name);
    found.directives += fragment.directives?.length ?? 0;
    walk(fragment.selectionSet, depth, introspection);
    open.delete(name);
  };

  walk(operation.selectionSet, 1, false);
  return found;
}

/** What of the document is beyond the limits; empty when nothing is. */
export function checkLimits(document: DocumentNode, limits: Limits): GraphQLError[] {
  return document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .flatMap((operation) => checkMeasure(measure(document, operation), operation, limits));
}

function checkMeasure(found: Measure, operation: OperationDefinitionNode, limits: Limits): GraphQLError[] {
  const problems: GraphQLError[] = [];
  const atMost = (limit: number, count: number, what: string) => {
    if (count > limit) problems.push(refusal('OPERATION_TOO_LARGE', `The operation ${what}; the limit is ${limit}.`));
  };
  atMost(maxSelections, found.selections, 'selects too many fields');
  atMost(limits.maxDepth, found.depth, `is ${found.depth} levels deep`);
  atMost(limits.maxAliases, found.aliases, `has ${found.aliases} aliases`);
  atMost(limits.maxRootFields, found.rootFields.length, `has ${found.rootFields.length} fields at its root`);
  atMost(limits.maxDirectives, found.directives, `has ${found.directives} directives`);
  if (operation.operation === 'mutation' && found.rootFields.filter((name) => authentication.has(name)).length > 1) {
    problems.push(
      refusal('OPERATION_TOO_LARGE', 'The operation asks for authentication more than once; send one such mutation at a time.'),
    );
  }
  return problems;
}
