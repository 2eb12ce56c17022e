import { getOperationAST, Kind, parse, type SelectionSetNode } from 'graphql';

const maxPaths = 20;

/**
 * The fields that are missing when a subgraph answers nothing to an operation: of its root, or of each entity the fields that its type is
 * asked for. At most 20, since a page of entities would repeat the same sentence.
 */
export function missingPaths(query: string, variables: Readonly<Record<string, unknown>>): (string | number)[][] {
  const root = getOperationAST(parse(query, { noLocation: true }))?.selectionSet;
  const [first] = root?.selections ?? [];
  if (first?.kind !== Kind.FIELD || first.name.value !== '_entities') return responseKeys(root, null).map((field) => [field]);
  const representations = variables['representations'];
  const paths: (string | number)[][] = [];
  for (const [index, representation] of (Array.isArray(representations) ? representations : [{}]).entries()) {
    if (paths.length >= maxPaths) break;
    const fields = new Set(responseKeys(first.selectionSet, typeNameOf(representation)));
    paths.push(...[...fields].map((field) => ['_entities', index, field]));
  }
  return paths.slice(0, maxPaths);
}

function typeNameOf(representation: unknown): string | null {
  const isObject = typeof representation === 'object' && representation !== null && '__typename' in representation;
  return isObject && typeof representation.__typename === 'string' ? representation.__typename : null;
}

/** `typeName` null takes the fields of all types. */
function responseKeys(set: SelectionSetNode | undefined, typeName: string | null): string[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      return typeName === null || condition === undefined || condition === typeName ? responseKeys(selection.selectionSet, null) : [];
    }
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return [];
    return [selection.alias?.value ?? selection.name.value];
  });
}
