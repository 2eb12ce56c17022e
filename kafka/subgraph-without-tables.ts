import { readFileSync } from 'node:fs';
import type { Identity } from '#platform/auth.ts';
import { variable } from '#platform/config.ts';
import { adminConfig, readinessOf, serveAdmin } from '#platform/service/admin-server.ts';
import { serveSubgraph } from '#platform/service/subgraph-server.ts';
import type { AdminAddress, ServedService } from './event-driven-service.ts';
import type { ServiceContext } from './service.ts';
import { createServiceRegistry } from './service-registry.ts';

/** The variables that every subgraph without tables has. */
export const configWithoutTables = (port: number) =>
  ({
    HOST: variable.host(),
    PORT: variable.port(port),
    ...adminConfig(port),
    LOG_LEVEL: variable.logLevel(),
    INTERNAL_TOKEN_SECRET: variable.secret(),
  }) as const;

export type SubgraphWithoutTables<Loaders> = {
  /** Typed where it is made, by the generated types. */
  resolvers: object;
  createLoaders(identity: Identity): Loaders;
  /** Why it cannot do its work; null when it can. */
  unhealthyReason?(): Promise<string | null>;
  /** Lets go of what `create` opened. */
  close?(): Promise<void>;
};

/**
 * Starts a subgraph without data of its own: it shows admins the data of other components. Without tables, outbox and inbox it neither publishes nor
 * handles events; it listens at once, and each field fails on its own when its source is unavailable.
 */
export async function startSubgraphWithoutTables<Loaders>(options: {
  name: string;
  config: AdminAddress & { readonly HOST: string; readonly PORT: number; readonly INTERNAL_TOKEN_SECRET: string };
  context: ServiceContext;
  /** The file with the SDL. */
  schema: URL;
  create(): SubgraphWithoutTables<Loaders>;
}): Promise<ServedService> {
  const { name, config, context } = options;
  const { resolvers, createLoaders, unhealthyReason, close } = options.create();
  const registry = createServiceRegistry(name);
  let stopping = false;
  const unreadyReason = async () => (stopping ? 'it is stopping' : ((await unhealthyReason?.()) ?? null));
  const admin = await serveAdmin({
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    readiness: async () => readinessOf(await unreadyReason()),
    metrics: () => registry.metrics(),
    logger: context.logger,
  });
  const server = await serveSubgraph({
    name,
    typeDefs: readFileSync(options.schema, 'utf8'),
    resolvers,
    host: config.HOST,
    port: config.PORT,
    internalTokenSecret: config.INTERNAL_TOKEN_SECRET,
    createLoaders,
    readiness: unreadyReason,
    logger: context.logger,
  });
  return {
    url: server.url,
    port: server.port,
    adminUrl: admin.url,
    async stop() {
      stopping = true;
      await server.stop();
      await close?.();
      await admin.stop();
    },
  };
}
