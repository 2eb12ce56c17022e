import { type DirectiveNode, type DocumentNode, Kind, type ObjectTypeDefinitionNode, parse, type TypeNode } from 'graphql';
import { readSubgraphs } from '#schema/compose.ts';
import { type LoadedService, loadService } from '#tools/dev/load-service.ts';

/** A subgraph's folder: its declarations and its SDL. */
export type Folder = LoadedService & { readonly name: string; readonly source: string; readonly sdl: DocumentNode };

/** Every folder below subgraphs/. */
export function readFolders(): Promise<Folder[]> {
  const sources = readSubgraphs().filter(({ name }) => name !== 'events');
  return Promise.all(
    sources.map(async ({ name, sdl }) => ({
      name,
      source: sdl,
      sdl: parse(sdl),
      ...(await loadService({ name, folder: `subgraphs/${name}` })),
    })),
  );
}

/** A subgraph may own no table, and only show what another service keeps: then nothing is asked of its tables. */
export const withTables = <Some extends LoadedService>(some: readonly Some[]): (Some & { readonly migrations: string })[] =>
  some.flatMap((one) => (one.migrations === null ? [] : [{ ...one, migrations: one.migrations }]));

export const objectTypes = (document: DocumentNode): ObjectTypeDefinitionNode[] =>
  document.definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);

export const keysOf = (type: ObjectTypeDefinitionNode): DirectiveNode[] =>
  (type.directives ?? []).filter((directive) => directive.name.value === 'key');

const isResolvable = (key: DirectiveNode) =>
  !key.arguments?.some((argument) => argument.name.value === 'resolvable' && argument.value.kind === Kind.BOOLEAN && !argument.value.value);

/** The entities that a subgraph answers for: with all their fields, or by adding some to another's. */
export const entitiesOf = (folder: Folder): ObjectTypeDefinitionNode[] =>
  objectTypes(folder.sdl).filter((type) => keysOf(type).some(isResolvable));

/** The subgraph that knows most of a type; the others that know it only add fields. */
export function homeOf(typeName: string, folders: readonly Folder[]): string | undefined {
  const fieldsOf = (folder: Folder) => objectTypes(folder.sdl).find((type) => type.name.value === typeName)?.fields?.length ?? 0;
  return folders.toSorted((one, other) => fieldsOf(other) - fieldsOf(one))[0]?.name;
}

/** Every field of a type that can be asked without an argument, and so on inside of them, `depth` types deep. */
export function selectionOf(type: ObjectTypeDefinitionNode, document: DocumentNode, depth: number): string {
  const objects = new Map(objectTypes(document).map((object) => [object.name.value, object]));
  const abstract = new Set(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.UNION_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION ? [definition.name.value] : [],
    ),
  );
  const select = (name: string): string => {
    const object = objects.get(name);
    if (object === undefined) return abstract.has(name) ? ' { __typename }' : '';
    return depth > 1 ? ` { __typename ${selectionOf(object, document, depth - 1)} }` : ' { __typename }';
  };
  return (type.fields ?? [])
    .filter((field) => field.arguments?.every((argument) => argument.type.kind !== Kind.NON_NULL_TYPE || argument.defaultValue))
    .map((field) => `${field.name.value}${select(nameOf(field.type))}`)
    .join(' ');
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
