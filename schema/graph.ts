import { Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, type GraphQLSchema, Kind, visit } from 'graphql';
import { CheckError, type Place } from './check-error.ts';
import { commonTypesFile } from './common-types.ts';
import { composeSupergraph, readSubgraphs, type SubgraphSource, sdlFile } from './compose.ts';
import type { Files } from './files.ts';
import { parseFile } from './operations.ts';

export const supergraphFile = 'schema/supergraph.graphql';

/** A subgraph whose SDL could be parsed. */
export type ParsedSubgraph = SubgraphSource & {
  readonly file: string;
  readonly document: DocumentNode;
  /** Where the common types are written. */
  readonly common: ReadonlyMap<string, Place>;
};

/** The subgraphs of these files. @throws CheckError at a syntax error. */
export function parseSubgraphs(files: Files): ParsedSubgraph[] {
  const common = placesIn(commonTypesFile, parseCommonTypes(files));
  return readSubgraphs(files).map((subgraph) => {
    const file = sdlFile(subgraph.name);
    return { ...subgraph, file, common, document: parseFile(file, subgraph.sdl) };
  });
}

/** @throws CheckError at a syntax error. */
export function parseCommonTypes(files: Files): DocumentNode {
  const text = files.get(commonTypesFile);
  return text === undefined ? { kind: Kind.DOCUMENT, definitions: [] } : parseFile(commonTypesFile, text);
}

type ComposeError = { message: string; nodes?: readonly { loc?: { startToken: { line: number } }; subgraph?: string }[] };

/** The supergraph of these subgraphs. @throws CheckError with the first composition error and its location. */
export function compose(subgraphs: readonly ParsedSubgraph[]): string {
  try {
    return composeSupergraph(subgraphs);
  } catch (error) {
    const [first, ...others] = (error instanceof AggregateError ? error.errors : [error]) as ComposeError[];
    const node = first?.nodes?.find(({ subgraph, loc }) => subgraph !== undefined && loc !== undefined);
    const named = subgraphs.find(({ name }) => name === (node?.subgraph ?? /^\[(\w+)\]/.exec(first?.message ?? '')?.[1]));
    const line = node?.loc?.startToken.line;
    const place = named && (line !== undefined && line > named.ownLines ? { file: commonTypesFile } : { file: named.file, line });
    const more = others.length > 0 ? ` (and ${others.length} more; npm run compose lists them all)` : '';
    throw new CheckError(`The subgraphs do not compose: ${sentence(first?.message ?? '')}${more}`, place ?? null);
  }
}

function sentence(message: string): string {
  return message.replaceAll(/\s+/g, ' ').trim();
}

/** What clients see of a supergraph. */
export function apiOf(supergraph: string): GraphQLSchema {
  return Supergraph.build(supergraph).apiSchema().toGraphQLJSSchema();
}

/** Where each coordinate of a subgraph (`Type`, `Type.field`, `Type.field.argument`, `Enum.VALUE`) is written. */
export function placesOf({
  file,
  document,
  ownLines,
  common,
}: Pick<ParsedSubgraph, 'file' | 'document' | 'ownLines' | 'common'>): Map<string, Place> {
  const places = placesIn(file, document);
  for (const [coordinate, { line = 0 }] of places) if (line > ownLines) places.set(coordinate, common.get(coordinate) ?? { file });
  return places;
}

function placesIn(file: string, document: DocumentNode): Map<string, Place> {
  const places = new Map<string, Place>();
  const path: string[] = [];
  const enter = (node: { name: { value: string; loc?: { startToken: { line: number } } | undefined } }) => {
    path.push(node.name.value);
    // the name's line, not that of the description before it
    places.set(path.join('.'), { file, line: node.name.loc?.startToken.line });
  };
  const leave = () => {
    path.pop();
  };
  const named = { enter, leave };
  visit(document, {
    ObjectTypeDefinition: named,
    ObjectTypeExtension: named,
    InterfaceTypeDefinition: named,
    InputObjectTypeDefinition: named,
    EnumTypeDefinition: named,
    UnionTypeDefinition: named,
    ScalarTypeDefinition: named,
    FieldDefinition: named,
    InputValueDefinition: named,
    EnumValueDefinition: named,
    DirectiveDefinition: () => false,
  });
  return places;
}

/** The first place of a coordinate, or of what is around it, in these subgraphs. */
export function findPlace(coordinate: string, places: readonly ReadonlyMap<string, Place>[]): Place | null {
  for (let path = coordinate.split('.'); path.length > 0; path = path.slice(0, -1)) {
    const place = places.map((map) => map.get(path.join('.'))).find((found) => found !== undefined);
    if (place) return place;
  }
  return null;
}
