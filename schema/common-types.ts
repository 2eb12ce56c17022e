import { readFileSync } from 'node:fs';
import { type DefinitionNode, parse, visit } from 'graphql';

/** The SDL of the types that subgraphs share, from the root of the project. */
export const commonTypesFile = 'schema/common.graphql';

const commonTypes = readFileSync(new URL('./common.graphql', import.meta.url), 'utf8');

/** The SDL of the subgraph in `file`, with the common types that it refers to. */
export function readSubgraphSchema(file: URL): string {
  return withCommonTypes(readFileSync(file, 'utf8'), commonTypes);
}

/**
 * The SDL and, after it, the definitions of `common` that it refers to, directly or through one another: a subgraph that has no money knows no
 * Money. Text that cannot be parsed stays as it is, for whoever reads it next to report.
 */
export function withCommonTypes(sdl: string, common: string): string {
  const own = definitionsOf(sdl);
  const available = new Map(definitionsOf(common)?.map((definition) => [nameOf(definition), definition]));
  if (own === null) return sdl;
  for (const definition of own) available.delete(nameOf(definition));
  const added: DefinitionNode[] = [];
  for (const definition of own) take(definition, available, added);
  // the list grows meanwhile
  for (const definition of added) take(definition, available, added);
  return [sdl.trimEnd(), ...added.map(({ loc }) => common.slice(loc?.start, loc?.end))].join('\n\n').concat('\n');
}

/** Moves what a definition refers to from `available` to `added`. */
function take(definition: DefinitionNode, available: Map<string, DefinitionNode>, added: DefinitionNode[]): void {
  visit(definition, {
    NamedType({ name }) {
      const found = available.get(name.value);
      if (found === undefined) return;
      available.delete(name.value);
      added.push(found);
    },
  });
}

function definitionsOf(sdl: string): readonly DefinitionNode[] | null {
  try {
    return parse(sdl).definitions;
  } catch {
    return null;
  }
}

const nameOf = (definition: DefinitionNode): string => ('name' in definition ? (definition.name?.value ?? '') : '');
