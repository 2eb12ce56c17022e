/** Which steps of a plan come before which: what one branch of a Parallel found, the others do not know before it has ended. */
export type Scope = { readonly parent: Scope | null; hasEnded: boolean };

/** What kept a field from being asked for. */
export type Loss = { readonly typeName: string; readonly field: string; readonly missing: string };

/** The objects at one place of an answer, by what they may be at run time, and what is known of them. */
export type Place = { types: Set<string>; readonly fields: Map<string, Variant[]> };

/** A field of those objects that are of some types: where it is known, or why it is not. */
export type Variant = { types: Set<string>; knownIn: Scope[]; loss: Loss | null; readonly inside: Place };

export function createPlace(types: Iterable<string> = []): Place {
  return { types: new Set(types), fields: new Map() };
}

export function openScope(parent: Scope | null): Scope {
  return { parent, hasEnded: false };
}

/** Whether one step comes after what another found, for certain. */
export function isKnownIn({ knownIn }: Variant, scope: Scope): boolean {
  return knownIn.some((found) => {
    let own: Scope | null = found;
    while (own?.hasEnded) own = own.parent;
    for (let here: Scope | null = scope; here !== null; here = here.parent) if (here === own) return true;
    return own === null;
  });
}

/** The field under a key, of objects of these types only: what was one for more types is from here on two. */
export function variantsFor(place: Place, key: string, types: readonly string[]): Variant[] {
  const open = new Set(types);
  const variants = (place.fields.get(key) ?? []).flatMap((variant) => {
    const own = [...variant.types].filter((type) => open.has(type));
    if (own.length === 0 || own.length === variant.types.size) return [variant];
    const others = copyOf(variant);
    others.types = new Set([...variant.types].filter((type) => !open.has(type)));
    variant.types = new Set(own);
    return [variant, others];
  });
  const found = variants.filter((variant) => [...variant.types].some((type) => open.has(type)));
  for (const { types: known } of found) for (const type of known) open.delete(type);
  const added: Variant[] = open.size === 0 ? [] : [{ types: open, knownIn: [], loss: null, inside: createPlace() }];
  place.fields.set(key, [...variants, ...added]);
  return [...found, ...added];
}

/** Replaces an interface with the concrete types of its objects. */
export function resolveType(place: Place, typeName: string, members: readonly string[]): void {
  if (!place.types.delete(typeName)) return;
  for (const member of members) place.types.add(member);
  for (const variants of place.fields.values()) {
    const taken = new Set(variants.flatMap(({ types }) => [...types]));
    const open = members.filter((member) => !taken.has(member));
    for (const { types } of variants.filter((variant) => variant.types.delete(typeName))) for (const member of open) types.add(member);
  }
}

/** The objects at a path of keys, as far as they are known by then. */
export function placesAt(root: Place, path: readonly (string | number)[], scope: Scope): Place[] {
  let here = [root];
  for (const part of path) {
    if (part === '@') continue;
    here = here.flatMap(({ fields }) =>
      (fields.get(String(part)) ?? []).flatMap((variant) => (isKnownIn(variant, scope) ? [variant.inside] : [])),
    );
  }
  return here;
}

function copyOf({ types, knownIn, loss, inside }: Variant): Variant {
  const fields = [...inside.fields].map(([key, variants]) => [key, variants.map(copyOf)] as const);
  return { types: new Set(types), knownIn: [...knownIn], loss, inside: { types: new Set(inside.types), fields: new Map(fields) } };
}
