import type { FetchNode } from '@apollo/query-planner';
import { type DocumentNode, type FieldNode, getOperationAST, Kind, parse, type SelectionSetNode } from 'graphql';

/** The keys that a subgraph is asked for, each with those inside of it; null for a leaf. Of all types together. */
export type AskedFields = ReadonlyMap<string, AskedFields | null>;
type Fields = Map<string, Fields | null>;

const known = new WeakMap<FetchNode, AskedFields>();

/** What a fetch asks of each of its objects, by the names that its answer has after the planner's rewrites. Worked out once for a plan. */
export function askedFields(fetch: FetchNode): AskedFields {
  const found = known.get(fetch) ?? readFields(fetch);
  known.set(fetch, found);
  return found;
}

function readFields({ operation, requires, outputRewrites = [] }: FetchNode): AskedFields {
  const document = parse(operation, { noLocation: true });
  const names = new Map(
    outputRewrites.flatMap((rewrite) => (rewrite.kind === 'KeyRenamer' ? [[rewrite.path.at(-1), rewrite.renameKeyTo] as const] : [])),
  );
  const fields: Fields = new Map();
  const set = getOperationAST(document)?.selectionSet;
  if (set) addFields(fields, set, { document, names });
  return requires === undefined ? fields : (fields.get('_entities') ?? fields);
}

type Of = { readonly document: DocumentNode; readonly names: ReadonlyMap<unknown, string> };

function addFields(fields: Fields, { selections }: SelectionSetNode, of: Of): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) addField(fields, selection, of);
    else {
      const set = selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragmentIn(of.document, selection.name.value);
      if (set) addFields(fields, set, of);
    }
  }
}

function addField(fields: Fields, { name, alias, selectionSet }: FieldNode, of: Of): void {
  const key = alias?.value ?? name.value;
  const inside = selectionSet ? (fields.get(key) ?? new Map()) : null;
  if (inside && selectionSet) addFields(inside, selectionSet, of);
  fields.set(key, inside);
  fields.set(of.names.get(key) ?? key, inside);
}

function fragmentIn({ definitions }: DocumentNode, name: string): SelectionSetNode | undefined {
  for (const one of definitions) if (one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name) return one.selectionSet;
  return undefined;
}
