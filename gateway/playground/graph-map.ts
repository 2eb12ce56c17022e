import { type DefinitionNode, type DirectiveNode, Kind, parse, print, type TypeNode } from 'graphql';

/** The graph by who owns what of it, read from the supergraph. */
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

type Named = { readonly name: { readonly value: string }; readonly description?: { readonly value: string } | undefined };
type FieldLike = Named & { readonly type: TypeNode; readonly directives?: readonly DirectiveNode[] | undefined };

const kinds: Readonly<Partial<Record<Kind, MapType['kind']>>> = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'type',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
};

/** @throws GraphQLError when the text is no SDL. */
export function readMap(sdl: string): GraphMap {
  const { definitions } = parse(sdl, { noLocation: true });
  const graphs = readGraphs(definitions);
  const types = definitions.flatMap((definition) => {
    const kind = kinds[definition.kind];
    return kind === undefined ? [] : readType(definition, kind, graphs);
  });
  return { subgraphs: [...graphs.values()], types: types.toSorted((a, b) => a.name.localeCompare(b.name)) };
}

/** The names of the subgraphs by the values of the enum that stand for them in directives. */
function readGraphs(definitions: readonly DefinitionNode[]): Map<string, string> {
  const graphs = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const name = value.directives?.map((directive) => textOf(directive, 'name')).find((text) => text !== null);
      graphs.set(value.name.value, name ?? value.name.value.toLowerCase());
    }
  }
  return graphs;
}

function readType(definition: DefinitionNode, kind: MapType['kind'], graphs: Map<string, string>): MapType[] {
  if (!('name' in definition) || definition.name === undefined || /^(join|link)__/.test(definition.name.value)) return [];
  const joins = named(definition.directives, 'join__type');
  const known = [...new Set(joins.map((join) => ownerOf(join, graphs)))];
  const fields = readFields(definition, known, graphs);
  const keyed = joins.filter((join) => textOf(join, 'key') !== null);
  const keys = [...new Set(keyed.map((join) => textOf(join, 'key') ?? ''))];
  const resolvers = keyed.filter((join) => !isFalse(join, 'resolvable')).map((join) => ownerOf(join, graphs));
  const owners = homeFirst(known, fields, resolvers);
  const extendedBy =
    keys.length === 0
      ? []
      : owners.slice(1).filter((owner) => fields.some((field) => field.owners.includes(owner) && !keys.includes(field.name)));
  return [
    {
      name: definition.name.value,
      kind,
      description: 'description' in definition ? (definition.description?.value ?? '') : '',
      owners,
      keys,
      extendedBy,
      fields,
    },
  ];
}

function readFields(definition: DefinitionNode, known: readonly string[], graphs: Map<string, string>): MapField[] {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return (definition.fields ?? []).map((field) => readField(field, known, graphs));
    case Kind.ENUM_TYPE_DEFINITION:
      return (definition.values ?? []).map((value) => ({ ...nameOf(value), type: '', owners: known }));
    case Kind.UNION_TYPE_DEFINITION:
      return (definition.types ?? []).map((member) => ({ ...nameOf(member), type: '', owners: known }));
    default:
      return [];
  }
}

function readField(field: FieldLike, known: readonly string[], graphs: Map<string, string>): MapField {
  const joins = named(field.directives, 'join__field').filter((join) => argument(join, 'graph') !== undefined);
  const owning = joins.filter((join) => !isTrue(join, 'external') && !isTrue(join, 'usedOverridden'));
  const owners = joins.length === 0 ? known : [...new Set(owning.map((join) => ownerOf(join, graphs)))];
  return { ...nameOf(field), type: print(field.type), owners };
}

/** At home is who can be asked for it and has most to say about it. */
function homeFirst(known: readonly string[], fields: readonly MapField[], resolvers: readonly string[]): string[] {
  const weight = (owner: string) => fields.filter(({ owners }) => owners.includes(owner)).length + (resolvers.includes(owner) ? 0.5 : 0);
  return known.toSorted((a, b) => weight(b) - weight(a));
}

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

function nameOf({ name, description }: Named): Pick<MapField, 'name' | 'description'> {
  return { name: name.value, description: description?.value ?? '' };
}

function named(directives: readonly DirectiveNode[] | undefined, name: string): readonly DirectiveNode[] {
  return directives?.filter((directive) => directive.name.value === name) ?? [];
}

function argument(directive: DirectiveNode, name: string) {
  return directive.arguments?.find((one) => one.name.value === name)?.value;
}

function textOf(directive: DirectiveNode, name: string): string | null {
  const value = argument(directive, name);
  return value?.kind === Kind.STRING ? value.value : null;
}

function ownerOf(directive: DirectiveNode, graphs: Map<string, string>): string {
  const value = argument(directive, 'graph');
  return value?.kind === Kind.ENUM ? (graphs.get(value.value) ?? value.value) : '';
}

function isTrue(directive: DirectiveNode, name: string): boolean {
  const value = argument(directive, name);
  return value?.kind === Kind.BOOLEAN && value.value;
}

function isFalse(directive: DirectiveNode, name: string): boolean {
  const value = argument(directive, name);
  return value?.kind === Kind.BOOLEAN && !value.value;
}
