import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Conditions, isAskedFor, openDirectives } from './conditions.ts';
import type { PlannerNames } from './planner-names.ts';

/** A field of an operation, under the key that the client gave it and the one under which the planner has it. */
export type AskedField = {
  readonly kind: 'field';
  /** In the client's answer. */
  readonly responseKey: string;
  /** In subgraphs' answers. */
  readonly key: string;
  readonly node: FieldNode;
  readonly directives: readonly DirectiveNode[];
  /** Null for a field without selections. */
  readonly selections: readonly Asked[] | null;
};

/** Selections for objects of one type; null is for every type. */
export type AskedOfType = {
  readonly kind: 'of-type';
  readonly typeName: string | null;
  readonly directives: readonly DirectiveNode[];
  readonly selections: readonly Asked[];
};

export type Asked = AskedField | AskedOfType;

/** A place in the answer, where each key may mean one thing only, whatever the type of the object is. */
export type Place = {
  /** What each key of the planner's means there. */
  readonly fields: Map<string, { readonly meaning: string; readonly responseKey: string; readonly place: Place }>;
};

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export type SelectionsOptions = {
  readonly fragments: Fragments;
  readonly conditions: Conditions;
  readonly plannerNames: PlannerNames;
};

export type AskedSelections = { readonly selections: readonly Asked[]; readonly root: Place };

/**
 * The selections of an operation as they are for one request: without what it skips, with fragments written out, and each field under a
 * key that no other field has at its place, nor one that the planner adds by itself. Keys that cannot be mistaken stay as they are.
 */
export function readSelections(set: SelectionSetNode, options: SelectionsOptions): AskedSelections {
  const root: Place = { fields: new Map() };
  return { selections: readSet(set, root, options), root };
}

function readSet({ selections }: SelectionSetNode, place: Place, options: SelectionsOptions): Asked[] {
  return selections.filter((node) => isAskedFor(node, options.conditions)).map((node) => readSelection(node, place, options));
}

function readSelection(node: SelectionNode, place: Place, options: SelectionsOptions): Asked {
  if (node.kind === Kind.FIELD) return readField(node, place, options);
  const fragment = node.kind === Kind.FRAGMENT_SPREAD ? options.fragments.get(node.name.value) : node;
  if (fragment === undefined) throw new Error('A fragment is not there, though the document is valid.');
  return {
    kind: 'of-type',
    typeName: fragment.typeCondition?.name.value ?? null,
    directives: openDirectives(node, options.conditions),
    selections: readSet(fragment.selectionSet, place, options),
  };
}

function readField(node: FieldNode, place: Place, options: SelectionsOptions): AskedField {
  const responseKey = node.alias?.value ?? node.name.value;
  const { key, inside } = keyAt(place, node, responseKey, options.plannerNames);
  const directives = openDirectives(node, options.conditions);
  const selections = node.selectionSet ? readSet(node.selectionSet, inside, options) : null;
  return { kind: 'field', responseKey, key, node, directives, selections };
}

function keyAt({ fields }: Place, node: FieldNode, responseKey: string, plannerNames: PlannerNames): { key: string; inside: Place } {
  const meaning = meaningOf(node, responseKey);
  const stem = responseKey.replace(/^_+/, '') || 'field';
  for (let count = 0; ; count += 1) {
    const key = count === 0 ? responseKey : `${stem}_${count}`;
    const taken = fields.get(key);
    if (taken?.meaning === meaning) return { key, inside: taken.place };
    if (taken !== undefined || plannerNames.mayMistake(key, node)) continue;
    const inside: Place = { fields: new Map() };
    fields.set(key, { meaning, responseKey, place: inside });
    return { key, inside };
  }
}

/** Equal for fields that are one in the answer, if the type has both of them. */
function meaningOf(node: FieldNode, responseKey: string): string {
  const given = node.arguments ?? [];
  return given.length === 0 ? `${responseKey}:${node.name.value}` : `${responseKey}:${node.name.value}(${given.map(print).sort().join()})`;
}

/** What the client calls a path of the planner's keys. It ends at the last object that the client asked for. */
export function clientPath(path: readonly (string | number)[], root: Place): (string | number)[] {
  const found: (string | number)[] = [];
  let place: Place | undefined = root;
  for (const part of path) {
    if (typeof part === 'number') {
      found.push(part);
      continue;
    }
    const field: ReturnType<Place['fields']['get']> = place?.fields.get(part);
    if (field === undefined) break;
    found.push(field.responseKey);
    place = field.place;
  }
  return found;
}
