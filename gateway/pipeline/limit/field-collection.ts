import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
/** A field where it stands, with what was known there: of its parent's type, or of how deep it is. */
export type Collected<Place> = { readonly node: FieldNode; readonly place: Place };

export type Collection<Place> = {
  readonly fragments: Fragments;
  /** What is known inside of a fragment on this type; undefined leaves it out. */
  narrow(place: Place, typeCondition: string | undefined): Place | undefined;
  /** False for what is skipped. */
  isIncluded?(selection: SelectionNode): boolean;
};

export function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])));
}

/**
 * The fields that are executed for selections of one object, by the keys of the answer: what stands under one key is one field, however often
 * it is written or spread (GraphQL, "Field Collection"). A fragment is looked into once for each set of selections, so that the work is
 * no more than there are selections in the document.
 */
export function collectFields<Place>(
  sets: readonly { readonly set: SelectionSetNode; readonly place: Place }[],
  collection: Collection<Place>,
): Map<string, Collected<Place>[]> {
  const fields = new Map<string, Collected<Place>[]>();
  const spread = new Set<string>();

  function collect(set: SelectionSetNode, place: Place): void {
    for (const selection of set.selections) {
      if (collection.isIncluded?.(selection) === false) continue;
      if (selection.kind === Kind.FIELD) add(selection, place);
      else enter(fragmentOf(selection), place);
    }
  }

  function add(node: FieldNode, place: Place): void {
    const key = node.alias?.value ?? node.name.value;
    const same = fields.get(key);
    if (same) same.push({ node, place });
    else fields.set(key, [{ node, place }]);
  }

  function fragmentOf(selection: InlineFragmentNode | FragmentSpreadNode): InlineFragmentNode | FragmentDefinitionNode | undefined {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection;
    const name = selection.name.value;
    if (spread.has(name)) return undefined;
    spread.add(name);
    return collection.fragments.get(name);
  }

  function enter(fragment: InlineFragmentNode | FragmentDefinitionNode | undefined, place: Place): void {
    const inside = fragment && collection.narrow(place, fragment.typeCondition?.name.value);
    if (fragment && inside !== undefined) collect(fragment.selectionSet, inside);
  }

  for (const { set, place } of sets) collect(set, place);
  return fields;
}
