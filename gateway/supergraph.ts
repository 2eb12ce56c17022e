import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Supergraph } from '@apollo/federation-internals';
import { ApolloGateway, type GraphQLDataSource, type ServiceEndpointDefinition } from '@apollo/gateway';
import { assertValidSchema } from 'graphql';
import type { Logger } from '#platform/logger.ts';
import { declineApolloTelemetry } from '#platform/process.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { SupergraphSource, SupergraphState } from './subscription-port.ts';

export type SupergraphOptions = {
  /** The file with the composed SDL. */
  path: string;
  buildService(definition: ServiceEndpointDefinition): GraphQLDataSource;
  metrics: GatewayMetrics;
  logger: Logger;
  /** How often the file is looked at for a change. */
  pollMs?: number;
};

export type LiveSupergraph = SupergraphSource & {
  /** Plans and executes; Apollo Server loads and stops it. */
  readonly gateway: ApolloGateway;
  /** Reads the file again. False when it was refused; the last good supergraph is then served on. */
  reload(): Promise<boolean>;
};

/**
 * The supergraph of a file: loaded once, and again when the file changes. No subgraph is asked for anything, so all of them may be away.
 * @throws Error with one sentence when the file cannot be read. That it holds no supergraph is found when Apollo Server loads it.
 */
export function openSupergraph({ path, buildService, metrics, logger, pollMs = 1000 }: SupergraphOptions): LiveSupergraph {
  const first = readFirst(path);
  let served = first;
  /** So that the same mistake is told once. */
  let refused: string | undefined;
  let state: SupergraphState | undefined;
  let update: (sdl: string) => void = () => undefined;
  const listeners = new Set<(next: SupergraphState) => void>();

  const reload = async (): Promise<boolean> => {
    try {
      const sdl = await readFile(path, 'utf8');
      if (sdl === served) return true;
      if (sdl === refused) return false;
      refused = sdl;
      assertSupergraph(sdl);
      update(sdl);
      served = sdl;
      metrics.reloads.inc({ outcome: 'taken' });
      logger.info('a new supergraph is served');
      return true;
    } catch (error) {
      metrics.reloads.inc({ outcome: 'refused' });
      logger.error({ error, path }, 'the new supergraph is refused; the last good one is served on');
      return false;
    }
  };
  const onFileChange = () => {
    reload().catch((error: unknown) => logger.error({ error }, 'the supergraph could not be looked at'));
  };

  declineApolloTelemetry();
  const gateway = new ApolloGateway({
    supergraphSdl: async (hooks) => {
      update = hooks.update;
      // polling sees files that are replaced, mounted or written by an editor alike
      watchFile(path, { interval: pollMs, persistent: false }, onFileChange);
      return { supergraphSdl: first, cleanup: async () => unwatchFile(path, onFileChange) };
    },
    buildService,
    // both follow NODE_ENV otherwise
    validateSupergraph: true,
    __exposeQueryPlanExperimental: false,
    logger: logger.child({ part: 'supergraph' }, { level: logger.isLevelEnabled('debug') ? 'debug' : 'warn' }),
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    state = { apiSchema, sdl: coreSupergraphSdl };
    for (const listener of listeners) listener(state);
  });

  return {
    gateway,
    reload,
    current() {
      if (!state) throw new Error('The supergraph is not loaded yet.');
      return state;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function readFirst(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`The supergraph ${path} cannot be read.`, { cause });
  }
}

/** Everything that could fail half-way through a change of the gateway's schema is tried here first. */
function assertSupergraph(sdl: string): void {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: true });
  assertValidSchema(supergraph.apiSchema().toGraphQLJSSchema());
  assertValidSchema(supergraph.schema.toGraphQLJSSchema());
}
