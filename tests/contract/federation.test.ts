import { describe, expect, test } from '@jest/globals';
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  visit,
} from 'graphql';
import { composeSupergraph, readSubgraphs } from '#schema/compose.ts';
import { readCheckout } from '#schema/files.ts';
import { apiOf, supergraphFile } from '#schema/graph.ts';
import { fieldsOfKey } from '#schema/lint-rules-names.ts';
import { type Folder, keysOf, objectTypes, readFolders } from './folders.ts';

/** What of the Apollo federation subgraph specification 2.9 this graph uses; each has its promise here or in subgraphs.int.ts. */
const used = ['@key', '@shareable', '@inaccessible'];
/** What it does not use. A subgraph that starts to removes it from this list and documents its contract. */
const notUsed = [
  '@requires',
  '@provides',
  '@external',
  '@override',
  '@tag',
  '@extends',
  '@interfaceObject',
  '@composeDirective',
  '@authenticated',
  '@requiresScopes',
  '@policy',
  '@context',
  '@fromContext',
  '@cost',
  '@listSize',
];
const ofTheLanguage = ['@deprecated', '@specifiedBy', '@link'];

const folders = await readFolders();

const directivesOf = (document: DocumentNode): string[] => {
  const names = new Set<string>();
  visit(document, { Directive: ({ name }) => void names.add(`@${name.value}`) });
  return [...names].filter((name) => !ofTheLanguage.includes(name)).toSorted();
};

function linkOf(document: DocumentNode): { url: string; imports: string[] } {
  const links = document.definitions
    .filter((definition) => definition.kind === Kind.SCHEMA_EXTENSION || definition.kind === Kind.SCHEMA_DEFINITION)
    .flatMap((definition) => definition.directives ?? [])
    .filter((directive) => directive.name.value === 'link');
  expect(links).toHaveLength(1);
  const argument = (name: string) => (links[0] as DirectiveNode).arguments?.find((found) => found.name.value === name)?.value;
  const url = argument('url');
  const imports = argument('import');
  return {
    url: url?.kind === Kind.STRING ? url.value : '',
    imports: imports?.kind === Kind.LIST ? imports.values.map((value) => (value.kind === Kind.STRING ? value.value : print(value))) : [],
  };
}

describe.each(folders.map((folder) => [folder.name, folder] as const))('the SDL of %s', (_, folder) => {
  test('links the specification once, and imports what it uses and nothing else', () => {
    const { url, imports } = linkOf(folder.sdl);

    expect(url).toBe('https://specs.apollo.dev/federation/v2.9');
    expect(imports.toSorted()).toEqual(directivesOf(folder.sdl));
  });

  test('uses only what is promised here', () => {
    expect(directivesOf(folder.sdl).filter((name) => !used.includes(name))).toEqual([]);
    expect(directivesOf(folder.sdl).filter((name) => notUsed.includes(name))).toEqual([]);
  });

  test('hides from the public graph what only another subgraph asks for', () => {
    const hidden = objectTypes(folder.sdl).flatMap((type) =>
      (type.fields ?? []).filter(isHidden).map((field) => [type.name.value, field.name.value] as const),
    );
    const api = apiOf(readCheckout().get(supergraphFile) ?? '');

    for (const [type, field] of hidden) expect(Object.keys((api.getType(type) as GraphQLObjectType).getFields())).not.toContain(field);
  });

  test('names in each @key fields that are never null', () => {
    for (const type of objectTypes(folder.sdl)) {
      const named = keysOf(type).flatMap((key) => fieldsOfKey(key));
      const kinds = named.map((part) => type.fields?.find((field) => field.name.value === part)?.type.kind);

      expect(kinds.filter((kind) => kind !== Kind.NON_NULL_TYPE)).toEqual([]);
    }
  });
});

const isHidden = (field: FieldDefinitionNode) => field.directives?.some((directive) => directive.name.value === 'inaccessible') ?? false;
const isShareable = (type: ObjectTypeDefinitionNode) => type.directives?.some((directive) => directive.name.value === 'shareable') ?? false;
const shapeOf = (type: ObjectTypeDefinitionNode) =>
  (type.fields ?? []).map((field) => `${field.name.value}: ${print(field.type)}`).toSorted();
const definers = (name: string): [Folder, ObjectTypeDefinitionNode][] =>
  folders.flatMap((folder) => {
    const found = objectTypes(folder.sdl).find((type) => type.name.value === name);
    return found ? [[folder, found] as [Folder, ObjectTypeDefinitionNode]] : [];
  });

describe('a type that is @shareable', () => {
  const names = [...new Set(folders.flatMap((folder) => objectTypes(folder.sdl).filter(isShareable)).map((type) => type.name.value))];

  test.each(names)('is the same wherever %s is declared', (name) => {
    const all = definers(name).map(([, type]) => type);

    expect(all.filter((type) => !isShareable(type))).toEqual([]);
    for (const type of all) expect(shapeOf(type)).toEqual(shapeOf(all[0] as ObjectTypeDefinitionNode));
  });
});

test('the supergraph names every folder, and asks it at its own address', () => {
  const supergraph = composeSupergraph(readSubgraphs());

  for (const { name } of folders)
    expect(supergraph).toMatch(new RegExp(`@join__graph\\(name: "${name}", url: "http://${name}:\\d+/graphql"\\)`));
});
