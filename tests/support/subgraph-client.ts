import { graphql } from 'graphql';
import type { Identity } from '#platform/auth.ts';
import { createSubgraphSchema } from '#platform/service/subgraph-server.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';

export type SubgraphAnswer = { data?: Record<string, unknown> | null; errors?: readonly { message: string; originalError?: unknown }[] };

/**
 * Asks a subgraph in this process, by its SDL and its resolvers, as the caller that is given: each question with loaders of its own.
 * `data` is plain, as it would come over HTTP.
 */
export function createSubgraphClient<Loaders>(options: {
  /** `new URL('../schema.graphql', import.meta.url)` */
  sdl: URL;
  // biome-ignore lint/suspicious/noExplicitAny: resolver maps are typed where they are written, by the generated types
  resolvers: any;
  createLoaders(identity: Identity): Loaders;
}) {
  const schema = createSubgraphSchema(readSubgraphSchema(options.sdl), options.resolvers);
  return async (identity: Identity, source: string, variableValues: Record<string, unknown> = {}): Promise<SubgraphAnswer> => {
    const contextValue = { identity, internalToken: '', loaders: options.createLoaders(identity) };
    const { data, errors } = await graphql({ schema, source, variableValues, contextValue });
    return { data: JSON.parse(JSON.stringify(data ?? null)), ...(errors ? { errors } : {}) };
  };
}
