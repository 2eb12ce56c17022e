import { type DocumentNode, type FieldNode, Kind, print, type SelectionSetNode, visit } from 'graphql';

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * The document as a client with a normalized cache sends it: with `__typename` at the end of every selection set but that of the
 * operation itself, where it is not asked for already. Of fragments too, as such clients do it. Applied twice it changes nothing.
 */
export function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet(selectionSet, _key, parent) {
      const isOfOperation = parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION;
      return isOfOperation || hasTypename(selectionSet)
        ? undefined
        : { ...selectionSet, selections: [...selectionSet.selections, typename] };
    },
  });
}

/** The text of it, byte for byte the same wherever it is made: what its hash is of. */
export function textWithTypenames(document: DocumentNode): string {
  return print(withTypenames(document));
}

function hasTypename({ selections }: SelectionSetNode): boolean {
  return selections.some((one) => one.kind === Kind.FIELD && one.name.value === '__typename' && one.alias === undefined);
}
