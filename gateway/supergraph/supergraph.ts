import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Supergraph } from '@apollo/federation-internals';
import { ApolloGateway } from '@apollo/gateway';
import { QueryPlanner } from '@apollo/query-planner';
import { assertValidSchema } from 'graphql';
import type { Logger } from '#platform/logger.ts';
import { declineApolloTelemetry } from '#platform/service/process.ts';
import type { ConnectedSubgraphs, SubgraphChange } from '../execution/subgraph-clients.ts';
import type { GatewayMetrics } from '../runtime/metrics.ts';
import type { SupergraphSource, SupergraphState } from './supergraph-source.ts';

export type SupergraphOptions = {
  /** The file with the composed SDL. */
  path: string;
  clients: Pick<ConnectedSubgraphs, 'prepare' | 'buildService'>;
  metrics: GatewayMetrics;
  logger: Logger;
  /** How often the file is looked at for a change. */
  pollMs?: number;
};

export type LiveSupergraph = SupergraphSource & {
  /** Plans and executes; Apollo Server loads and stops it. */
  readonly gateway: ApolloGateway;
  /** Reads the file again. False when it was rejected; the last good supergraph is then served on. */
  reload(): Promise<boolean>;
};

/**
 * The supergraph of a file: loaded once, and again when the file changes. No subgraph is asked for anything, so all of them may be away.
 * A new one is taken as a whole, with the addresses of its subgraphs, or not at all.
 * @throws Error with one sentence when the file cannot be read. That it holds no supergraph that can be served is found when Apollo Server
 * loads it.
 */
export function openSupergraph(options: SupergraphOptions): LiveSupergraph {
  return new WatchedSupergraph(options);
}

class WatchedSupergraph implements LiveSupergraph {
  readonly gateway: ApolloGateway;
  readonly #options: SupergraphOptions;
  readonly #listeners = new Set<(next: SupergraphState) => void>();
  /** The text in force. */
  #served: string;
  /** So that the same mistake is logged once. */
  #rejected: string | undefined;
  #state: SupergraphState | undefined;
  #update: (sdl: string) => void = () => undefined;
  #looking: Promise<boolean> = Promise.resolve(true);

  constructor(options: SupergraphOptions) {
    this.#options = options;
    this.#served = readFirst(options.path);
    this.gateway = this.#createGateway(this.#served);
    this.gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
      this.#state = { apiSchema, sdl: coreSupergraphSdl };
      for (const listener of this.#listeners) listener(this.#state);
    });
  }

  /** One after the other, so that the file as it was read last is what is served. */
  reload(): Promise<boolean> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  current(): SupergraphState {
    if (!this.#state) throw new Error('The supergraph is not loaded yet.');
    return this.#state;
  }

  onChange(listener: (next: SupergraphState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #createGateway(first: string): ApolloGateway {
    const { path, clients, logger, pollMs = 1000 } = this.#options;
    const onFileChange = () => {
      this.reload().catch((error: unknown) => logger.error({ error }, 'the supergraph could not be looked at'));
    };
    declineApolloTelemetry();
    return new ApolloGateway({
      supergraphSdl: async (hooks) => {
        clients.prepare(Supergraph.build(first).subgraphsMetadata()).commit();
        this.#update = hooks.update;
        // polling sees files that are replaced, mounted or written by an editor alike
        watchFile(path, { interval: pollMs, persistent: false }, onFileChange);
        return { supergraphSdl: first, cleanup: async () => unwatchFile(path, onFileChange) };
      },
      buildService: () => clients.buildService(),
      // both follow NODE_ENV otherwise
      validateSupergraph: true,
      __exposeQueryPlanExperimental: false,
      logger: logger.child({ part: 'supergraph' }, { level: logger.isLevelEnabled('debug') ? 'debug' : 'warn' }),
    });
  }

  async #look(): Promise<boolean> {
    const { path, metrics, logger } = this.#options;
    try {
      const sdl = await readFile(path, 'utf8');
      if (sdl === this.#rejected) return false;
      this.#rejected = undefined;
      if (sdl === this.#served) return true;
      this.#rejected = sdl;
      this.#take(sdl);
      this.#rejected = undefined;
      metrics.reloads.inc({ outcome: 'taken' });
      logger.info('a new supergraph is served');
      return true;
    } catch (error) {
      metrics.reloads.inc({ outcome: 'rejected' });
      logger.error({ error, path }, 'the new supergraph is rejected; the last good one is served on');
      return false;
    }
  }

  #take(sdl: string): void {
    const change = checkSupergraph(sdl, this.#options.clients);
    try {
      this.#update(sdl);
    } catch (error) {
      // nothing is known that would get here; should there be something, it has left half of it behind
      this.#update(this.#served);
      throw error;
    }
    change.commit();
    this.#served = sdl;
  }
}

function readFirst(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`The supergraph ${path} cannot be read.`, { cause });
  }
}

/** Everything that could fail half-way through a change is tried here first; what the subgraphs' clients have to change remains to be done. */
function checkSupergraph(sdl: string, clients: SupergraphOptions['clients']): SubgraphChange {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: true });
  assertValidSchema(supergraph.apiSchema().toGraphQLJSSchema());
  assertValidSchema(supergraph.schema.toGraphQLJSSchema());
  new QueryPlanner(supergraph);
  return clients.prepare(supergraph.subgraphsMetadata());
}
