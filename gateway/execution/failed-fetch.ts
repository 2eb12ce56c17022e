import { getOperationAST, Kind, parse, type SelectionSetNode } from 'graphql';
import type { AppError } from '#platform/errors.ts';

export type FetchError = { message: string; path: (string | number)[]; extensions: { code: string } };

const maxErrors = 20;

/**
 * What a subgraph that cannot be asked would have answered: an error at each field that is missing now, so that the client learns which
 * parts of its answer are not there. At most 20, since a page of entities would repeat the same sentence.
 */
export function errorsOfFetch(
  error: AppError,
  query: string,
  variables: Readonly<Record<string, unknown>> | undefined,
): { errors: FetchError[] } {
  const paths = missingPaths(query, variables).slice(0, maxErrors);
  return { errors: paths.map((path) => ({ message: error.message, path, extensions: { code: error.code } })) };
}

function missingPaths(query: string, variables: Readonly<Record<string, unknown>> | undefined): (string | number)[][] {
  const root = getOperationAST(parse(query))?.selectionSet;
  const [first] = root?.selections ?? [];
  if (first?.kind !== Kind.FIELD || first.name.value !== '_entities') return responseKeys(root).map((field) => [field]);
  const fields = [...new Set(responseKeys(first.selectionSet))];
  const representations = variables?.['representations'];
  const count = Array.isArray(representations) ? representations.length : 1;
  return Array.from({ length: count }, (_, index) => fields.map((field) => ['_entities', index, field])).flat();
}

function responseKeys(set: SelectionSetNode | undefined): string[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return responseKeys(selection.selectionSet);
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return [];
    return [selection.alias?.value ?? selection.name.value];
  });
}
