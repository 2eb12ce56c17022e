import {
  type DefinitionNode,
  type DirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isUnionType,
  Kind,
  parse,
  print,
  type TypeNode,
} from 'graphql';
import type { GraphMap, MapField, MapType } from '../../../playground/graph-map.ts';
import type { SupergraphState } from '../../supergraph/supergraph-source.ts';

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

/** Of what clients see: neither addresses nor what is for other subgraphs alone. */
export function readMap({ sdl, apiSchema }: SupergraphState): GraphMap {
  const { definitions } = parse(sdl, { noLocation: true });
  const graphs = readGraphs(definitions);
  const types = definitions.flatMap((definition) => {
    const kind = kinds[definition.kind];
    return kind === undefined ? [] : readType(definition, kind, graphs);
  });
  const shown = types.flatMap((type) => shownOf(type, apiSchema));
  return { subgraphs: [...graphs.values()], types: shown.toSorted((a, b) => a.name.localeCompare(b.name)) };
}

/** Without what is no part of the API; not at all when it is none itself. */
function shownOf(type: MapType, apiSchema: GraphQLSchema): MapType[] {
  const known = apiSchema.getType(type.name);
  if (known === undefined) return [];
  const names = namesIn(known);
  return [{ ...type, fields: type.fields.filter(({ name }) => names.has(name)) }];
}

function namesIn(type: GraphQLNamedType): ReadonlySet<string> {
  if (isUnionType(type)) return new Set(type.getTypes().map(({ name }) => name));
  if (isEnumType(type)) return new Set(type.getValues().map(({ name }) => name));
  return new Set('getFields' in type ? Object.keys(type.getFields()) : []);
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

/** Its home is the subgraph that resolves it by key and owns most of its fields. */
function homeFirst(known: readonly string[], fields: readonly MapField[], resolvers: readonly string[]): string[] {
  const weight = (owner: string) => fields.filter(({ owners }) => owners.includes(owner)).length + (resolvers.includes(owner) ? 0.5 : 0);
  return known.toSorted((a, b) => weight(b) - weight(a));
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
