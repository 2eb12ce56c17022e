import { readFileSync } from 'node:fs';
import type { Identity } from '#platform/auth.ts';
import { variable } from '#platform/config.ts';
import { adminConfig } from '#platform/service/admin-server.ts';
import { type ServedFile, serveSubgraph } from '#platform/service/subgraph-server.ts';
import {
  type EventDrivenService,
  type EventDrivenServiceOptions,
  type ServedService,
  type ServiceDependencies,
  startEventDrivenService,
} from './event-driven-service.ts';

/** The variables that every subgraph has. */
export const subgraphConfig = (port: number) =>
  ({
    HOST: variable.host(),
    PORT: variable.port(port),
    ...adminConfig(port),
    LOG_LEVEL: variable.logLevel(),
    DATABASE_URL: variable.postgresUrl(),
    DATABASE_POOL_SIZE: variable.poolSize(6),
    INTERNAL_TOKEN_SECRET: variable.secret(),
  }) as const;

export type Subgraph<Loaders> = Omit<EventDrivenService, 'serve'> & {
  /** Typed where it is made, by the generated types. */
  resolvers: object;
  createLoaders(identity: Identity): Loaders;
  /** Documents for GET requests beside the graph, by path. */
  documents?: Readonly<Record<string, () => unknown | Promise<unknown>>>;
  /** Files for GET requests beside the graph, by path; null where there is none. */
  file?(path: string): Promise<ServedFile | null>;
};

export type SubgraphOptions<Loaders> = Omit<EventDrivenServiceOptions, 'config' | 'create'> & {
  config: EventDrivenServiceOptions['config'] & { readonly HOST: string; readonly PORT: number; readonly INTERNAL_TOKEN_SECRET: string };
  /** The file with the SDL. */
  schema: URL;
  create(deps: ServiceDependencies): Subgraph<Loaders>;
};

/** Starts a subgraph: a service whose HTTP server serves a subgraph. */
export function startSubgraph<Loaders>(options: SubgraphOptions<Loaders>): Promise<ServedService> {
  const { name, config, context } = options;
  return startEventDrivenService({
    ...options,
    create(deps) {
      const { resolvers, createLoaders, documents, file, ...service } = options.create(deps);
      return {
        ...service,
        serve: (health) =>
          serveSubgraph({
            name,
            typeDefs: readFileSync(options.schema, 'utf8'),
            resolvers,
            host: config.HOST,
            port: config.PORT,
            internalTokenSecret: config.INTERNAL_TOKEN_SECRET,
            createLoaders,
            ...(documents ? { documents } : {}),
            ...(file ? { file } : {}),
            ...health,
            logger: context.logger,
          }),
      };
    },
  });
}
