import { type DocumentNode, type FieldNode, getOperationAST, Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { FetchAnswer, FetchError } from './fetch.ts';

/** What subgraphs call a document that their schema has something against. */
const invalid = 'GRAPHQL_VALIDATION_FAILED';
/** What is wrong with more than a value, when the graph that was composed is not the one that is served. */
const aboutSchema = /^(Cannot query|Unknown|Field "|Fragment|Variable "|Directive|The directive|There can be|Syntax)/;

/**
 * Values of custom scalars are judged by subgraphs alone. One that is refused stands in a variable or in the text; the second is told like
 * a mistake in the document, and is the client's as well.
 */
export function asRefusedValue(error: FetchError, hasScalarLiterals: boolean): FetchError {
  if (!isAboutVariable(error) && !(hasScalarLiterals && isAboutLiteral(error))) return error;
  return { message: error.message, path: error.path, extensions: { ...error.extensions, code: 'BAD_USER_INPUT' } };
}

/** As graphql-js says it; not every server adds a code. */
function isAboutVariable({ message, extensions }: FetchError): boolean {
  return extensions?.['code'] === undefined && message.startsWith('Variable "') && message.includes(' got invalid value ');
}

function isAboutLiteral({ message, extensions }: FetchError): boolean {
  const code = extensions?.['code'];
  return code === invalid ? !aboutSchema.test(message) : code === undefined && message.startsWith('Expected value of type "');
}

/** Whether nothing of an operation was carried out, for a reason that may be one of its values. */
export function isRefusedForValues({ data, errors }: FetchAnswer): boolean {
  if (data !== undefined && data !== null) return false;
  return (errors ?? []).some((error) => {
    if (error.path) return false;
    const code = error.extensions?.['code'];
    return code === invalid || code === 'BAD_USER_INPUT' || isAboutVariable(error) || isAboutLiteral(error);
  });
}

export type Part = { readonly key: string; readonly query: string; readonly variables: ReadonlySet<string> };

/** A query of several fields as one query for each of them. Empty for what cannot be taken apart: mutations, and a single field. */
export function queryParts(query: string): Part[] {
  const document = parse(query, { noLocation: true });
  const operation = getOperationAST(document);
  if (operation?.operation !== 'query') return [];
  const fields = operation.selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD);
  if (fields.length < 2 || fields.length < operation.selectionSet.selections.length) return [];
  return fields.map((field) => partOf(document, field));
}

function partOf(document: DocumentNode, field: FieldNode): Part {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const variables = new Set<string>();
  const note = { Variable: ({ name }: { readonly name: { readonly value: string } }) => void variables.add(name.value) };
  for (const node of [field, ...fragments]) visit(node, note);
  const part = visit(document, {
    OperationDefinition: (operation) => ({
      ...operation,
      variableDefinitions: operation.variableDefinitions?.filter(({ variable }) => variables.has(variable.name.value)) ?? [],
      selectionSet: { ...operation.selectionSet, selections: [field] },
    }),
  });
  return { key: field.alias?.value ?? field.name.value, query: stripIgnoredCharacters(print(withoutUnused(part, field))), variables };
}

/** Fragments that only the other fields need would be refused. */
function withoutUnused(document: DocumentNode, field: FieldNode): DocumentNode {
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
  spreadsOf(field);
  const isUsed = (one: DocumentNode['definitions'][number]) => one.kind !== Kind.FRAGMENT_DEFINITION || used.has(one.name.value);
  return { ...document, definitions: document.definitions.filter(isUsed) };
}
