import { readdirSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

const subgraphs = readdirSync('subgraphs', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const config: CodegenConfig = {
  generates: Object.fromEntries(
    subgraphs.map((name) => [
      `subgraphs/${name}/schema.types.ts`,
      {
        schema: `subgraphs/${name}/schema.graphql`,
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
          defaultMapper: 'Partial<{T}>',
        },
      },
    ]),
  ),
};
export default config;
