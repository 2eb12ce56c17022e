import { Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, type GraphQLSchema, visit } from 'graphql';
import { CheckError, type Place } from './check-error.ts';
import { composeSupergraph, readSubgraphs, type SubgraphSource, sdlFile } from './compose.ts';
import type { Files } from './files.ts';
import { parseFile } from './operations.ts';

export const supergraphFile = 'schema/supergraph.graphql';

/** A subgraph whose SDL could be parsed. */
export type ParsedSubgraph = SubgraphSource & { readonly file: string; readonly document: DocumentNode };

/** The subgraphs of these files. @throws CheckError at a syntax error. */
export function parseSubgraphs(files: Files): ParsedSubgraph[] {
  return readSubgraphs(files).map((subgraph) => {
    const file = sdlFile(subgraph.name);
    return { ...subgraph, file, document: parseFile(file, subgraph.sdl) };
  });
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
    const place = named && { file: named.file, line: node?.loc?.startToken.line };
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
export function placesOf({ file, document }: Pick<ParsedSubgraph, 'file' | 'document'>): Map<string, Place> {
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
