import {
  type DocumentNode,
  getOperationAST,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { FetchAnswer, FetchError } from './fetch.ts';

/** What subgraphs call a document that their schema has something against. */
const invalid = 'GRAPHQL_VALIDATION_FAILED';
/** What is wrong with more than a value, when the graph that was composed is not the one that is served. */
const aboutSchema = /^(Cannot query|Unknown|Field "|Fragment|Variable "|Directive|The directive|There can be|Syntax)/;

/**
 * Values of custom scalars are validated by subgraphs alone. One that is rejected stands in a variable or in the text; the second is reported like
 * a mistake in the document, and is the client's as well.
 */
export function asRejectedValue(error: FetchError, hasScalarLiterals: boolean): FetchError {
  if (!isAboutVariable(error) && !(hasScalarLiterals && isAboutLiteral(error))) return error;
  return { message: error.message, path: error.path, extensions: { ...error.extensions, code: 'BAD_USER_INPUT' } };
}

/** The message of graphql-js; not every server adds a code. */
function isAboutVariable({ message, extensions }: FetchError): boolean {
  return extensions?.['code'] === undefined && message.startsWith('Variable "') && message.includes(' got invalid value ');
}

function isAboutLiteral({ message, extensions }: FetchError): boolean {
  const code = extensions?.['code'];
  return code === invalid ? !aboutSchema.test(message) : code === undefined && message.startsWith('Expected value of type "');
}

/** Whether nothing of an operation was carried out, for a reason that may be one of its values. */
export function isRejectedForValues({ data, errors }: FetchAnswer): boolean {
  if (data !== undefined && data !== null) return false;
  return (errors ?? []).some((error) => {
    if (error.path) return false;
    const code = error.extensions?.['code'];
    return code === invalid || code === 'BAD_USER_INPUT' || isAboutVariable(error) || isAboutLiteral(error);
  });
}

/** `variables` are the names of those that it uses. */
export type Part = { readonly query: string; readonly variables: ReadonlySet<string> };

/**
 * A query as several: one for each field with arguments, and one for the others. The fields are those of its root, or of the entities that it
 * asks for. Empty for what cannot be taken apart: mutations, and a single field.
 */
export function queryComponents(query: string): Part[] {
  const document = parse(query, { noLocation: true });
  const operation = getOperationAST(document);
  if (operation?.operation !== 'query') return [];
  const { selectionSet } = operation;
  const parts = entityParts(selectionSet) ?? setParts(selectionSet);
  return parts.length < 2 ? [] : parts.map((set) => partOf(document, set));
}

/** Null when it is no query for entities. */
function entityParts({ selections, ...set }: SelectionSetNode): SelectionSetNode[] | null {
  const [entities] = selections;
  if (entities?.kind !== Kind.FIELD || entities.name.value !== '_entities' || !entities.selectionSet) return null;
  return setParts(entities.selectionSet).map((inner) => ({ ...set, selections: [{ ...entities, selectionSet: inner }] }));
}

/** Fields of inline fragments stay in theirs. */
function setParts({ selections, ...set }: SelectionSetNode): SelectionSetNode[] {
  const all = selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection];
    return setParts(selection.selectionSet).map((selectionSet) => ({ ...selection, selectionSet }));
  });
  const withArguments = all.filter(hasArguments);
  const others = all.filter((selection) => !withArguments.includes(selection));
  return [others, ...withArguments.map((selection) => [selection])].flatMap((part) =>
    part.length === 0 ? [] : { ...set, selections: part },
  );
}

/** Of its own, of its directives or of what is inside; a spread may hide some. */
function hasArguments(selection: SelectionNode): boolean {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return true;
  const own = selection.kind === Kind.FIELD ? [selection] : [];
  if ([...own, ...(selection.directives ?? [])].some((node) => node.arguments?.length)) return true;
  return selection.selectionSet?.selections.some(hasArguments) ?? false;
}

function partOf(document: DocumentNode, selectionSet: SelectionSetNode): Part {
  const whole = visit(document, { OperationDefinition: (operation) => ({ ...operation, selectionSet }) });
  const part = withoutUnused(whole, selectionSet);
  const variables = new Set<string>();
  visit(part, { VariableDefinition: () => false, Variable: ({ name }) => void variables.add(name.value) });
  const written = visit(part, {
    OperationDefinition: (operation) => ({
      ...operation,
      variableDefinitions: operation.variableDefinitions?.filter(({ variable }) => variables.has(variable.name.value)) ?? [],
    }),
  });
  return { query: stripIgnoredCharacters(print(written)), variables };
}

/** Fragments that only the other parts need would be rejected. */
function withoutUnused(document: DocumentNode, selections: SelectionSetNode): DocumentNode {
  const used = new Set<string>();
  const spreadsOf = (node: Parameters<typeof visit>[0]): void => {
    visit(node, {
      FragmentSpread({ name }: { readonly name: { readonly value: string } }) {
        if (used.has(name.value)) return;
        used.add(name.value);
        const fragment = document.definitions.find((one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name.value);
        if (fragment) spreadsOf(fragment);
      },
    });
  };
  spreadsOf(selections);
  const isUsed = (one: DocumentNode['definitions'][number]) => one.kind !== Kind.FRAGMENT_DEFINITION || used.has(one.name.value);
  return { ...document, definitions: document.definitions.filter(isUsed) };
}
