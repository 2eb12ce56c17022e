import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { readSubgraphSchema } from './schema/common-types.ts';

const subgraphs = readdirSync('subgraphs', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/**
 * Graph types whose parents in the resolvers are the service's own models, as its `models.json` lists them; a subgraph without one, and
 * every other type, is made of the graph's own types.
 */
function modelsOf(subgraph: string): object {
  const file = `subgraphs/${subgraph}/models.json`;
  return existsSync(file)
    ? { mappers: JSON.parse(readFileSync(file, 'utf8')), mapperTypeSuffix: 'Model' }
    : { defaultMapper: 'Partial<{T}>' };
}

/** Each client of the graph gets the types of what it asks for; the text itself is read from its files at run time. */
const clients = readdirSync('schema/operations', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const ofClients: CodegenConfig['generates'] = Object.fromEntries(
  clients.map((name) => [
    `schema/operations/${name}.types.ts`,
    {
      schema: 'schema/supergraph.graphql',
      documents: `schema/operations/${name}/*.graphql`,
      plugins: ['typescript-operations'],
      config: { useTypeImports: true, enumsAsTypes: true, defaultScalarType: 'unknown', scalars: { DateTime: 'string' } },
    },
  ]),
);

const ofSubgraphs: CodegenConfig['generates'] = Object.fromEntries(
  subgraphs.map((name) => [
    `subgraphs/${name}/schema.types.ts`,
    {
      schema: readSubgraphSchema(new URL(`subgraphs/${name}/schema.graphql`, import.meta.url)),
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        useTypeImports: true,
        enumsAsTypes: true,
        importExtension: '.ts',
        defaultScalarType: 'unknown',
        scalars: { DateTime: 'Date | string' },
        contextType: `./resolvers.ts#Context`,
        optionalResolveType: true,
        resolversNonOptionalTypename: false,
        ...modelsOf(name),
      },
    },
  ]),
);

const config: CodegenConfig = { generates: { ...ofSubgraphs, ...ofClients } };
export default config;
