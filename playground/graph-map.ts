/** The graph by who owns what of it, as the gateway reads it from the supergraph. */
export type GraphMap = { readonly subgraphs: readonly string[]; readonly types: readonly MapType[] };

export type MapType = {
  readonly name: string;
  readonly kind: 'type' | 'interface' | 'input' | 'union' | 'enum' | 'scalar';
  readonly description: string;
  /** Every subgraph that knows it; first the one that is at home with it. */
  readonly owners: readonly string[];
  /** How other subgraphs find an object of it; empty for what is no entity. */
  readonly keys: readonly string[];
  /** The subgraphs besides its home that add fields to it. */
  readonly extendedBy: readonly string[];
  /** Fields of a type, values of an enum, members of a union. */
  readonly fields: readonly MapField[];
};

export type MapField = {
  readonly name: string;
  /** As in the schema: [Order!]!; empty for values and members. */
  readonly type: string;
  readonly description: string;
  readonly owners: readonly string[];
};

/** That one subgraph adds fields to entities of another. */
export type Extension = { readonly from: string; readonly to: string; readonly types: readonly string[] };

/** Who adds to whose entities, most first. */
export function extensionsOf({ types }: GraphMap): Extension[] {
  const found = new Map<string, { from: string; to: string; types: string[] }>();
  for (const { name, owners, extendedBy } of types) {
    for (const from of extendedBy) {
      const to = owners[0] ?? from;
      const extension = found.get(`${from} ${to}`) ?? { from, to, types: [] };
      extension.types.push(name);
      found.set(`${from} ${to}`, extension);
    }
  }
  return [...found.values()].toSorted((a, b) => b.types.length - a.types.length);
}

export type MapFilter = { readonly text: string; readonly subgraph: string | null; readonly type: string | null };

/**
 * What of the map is asked for: types and fields with the text in their names, of one subgraph, or a type with those that lead to it.
 * Of a type that is found by its own name all fields are shown.
 */
export function filterMap({ types }: GraphMap, filter: MapFilter): MapType[] {
  return types.flatMap((one) => {
    const relevant = filterFields(one, filter);
    return relevant === null ? [] : searchType({ ...one, fields: relevant }, filter.text.trim().toLowerCase());
  });
}

/** Null when the type is not among what is asked for. */
function filterFields(one: MapType, { subgraph, type }: MapFilter): readonly MapField[] | null {
  const isOther = type !== null && one.name !== type;
  const asked = one.fields
    .filter((field) => !isOther || leadsTo(field, type))
    .filter((field) => subgraph === null || field.owners.includes(subgraph));
  if (asked.length > 0) return asked;
  return isOther || one.fields.length > 0 || (subgraph !== null && !one.owners.includes(subgraph)) ? null : asked;
}

function searchType(one: MapType, sought: string): MapType[] {
  if (one.name.toLowerCase().includes(sought)) return [one];
  const matching = one.fields.filter(({ name }) => name.toLowerCase().includes(sought));
  return matching.length === 0 ? [] : [{ ...one, fields: matching }];
}

/** The type that a field brings, without lists and marks. */
export function bareType(type: string): string {
  return type.replace(/[[\]!]/g, '');
}

function leadsTo(field: MapField, type: string): boolean {
  return bareType(field.type) === type || (field.type === '' && field.name === type);
}

/** Of our own gateway, so its lists say that it is one. */
export function isMap(value: unknown): value is GraphMap {
  if (value === null || typeof value !== 'object' || !('subgraphs' in value && 'types' in value)) return false;
  return Array.isArray(value.subgraphs) && Array.isArray(value.types);
}
