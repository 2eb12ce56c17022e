/** What came of two edits of the same: `isMine` where something else was typed here, which stays. */
export type Merged<Field extends string, Draft> = {
  readonly draft: Draft;
  /** What they have changed. */
  readonly changed: readonly { readonly field: Field; readonly isMine: boolean }[];
};

/** Merges a concurrent edit: the saved values where the user typed nothing, the user's input elsewhere; and the list of what the other edit changed. */
export function mergeEdits<Field extends string, Draft extends Readonly<Record<Field, unknown>>>(
  fields: readonly Field[],
  { before, mine, theirs }: { readonly before: Draft; readonly mine: Draft; readonly theirs: Draft },
): Merged<Field, Draft> {
  const same = (one: Draft, other: Draft, field: Field) => JSON.stringify(one[field]) === JSON.stringify(other[field]);
  const kept = fields.filter((field) => !same(mine, before, field)).map((field) => [field, mine[field]] as const);
  const draft = { ...theirs, ...Object.fromEntries(kept) };
  const changed = fields.filter((field) => !same(theirs, before, field)).map((field) => ({ field, isMine: !same(draft, theirs, field) }));
  return { draft, changed };
}
