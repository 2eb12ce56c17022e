import type { GraphQLDataSource, ServiceEndpointDefinition } from '@apollo/gateway';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import type { GatewayContext } from '../context.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { FetchAnswer, FetchError, FetchRequest } from './fetch.ts';
import { createInternalTokens } from './internal-tokens.ts';
import { readAnswer } from './read-answer.ts';
import { away, createSubgraphClient, type SubgraphClient, type SubgraphRequest } from './subgraph-client.ts';

export type SubgraphAnswer = {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly FetchError[];
};

/** How the gateway asks subgraphs: as a step of a plan, or for itself. */
export type SubgraphClients = {
  /**
   * Asks a subgraph for a part of an answer, as the caller of `context`. Equal queries of equal callers at once are one.
   * @throws AppError UNAVAILABLE when it does not answer, or nothing that can be read.
   */
  fetch(request: FetchRequest, context: GatewayContext): Promise<FetchAnswer>;
  /**
   * Asks one subgraph as the caller of `context`, with the same timeout, retry and breaker as an execution; never shared with
   * another request. `errors` is empty when there are none.
   * @throws AppError UNAVAILABLE when it does not answer.
   */
  ask(subgraph: string, request: SubgraphRequest, context: GatewayContext): Promise<SubgraphAnswer>;
};

export type SubgraphClientsOptions = {
  /** Addresses that replace those of the supergraph, by name. */
  urls: Readonly<Record<string, string>>;
  timeoutMs: number;
  connections: number;
  breaker: { failures: number; openMs: number };
  /** Signs the tokens by which subgraphs know this gateway; without it they get none. */
  internalTokenSecret: string | undefined;
  metrics: GatewayMetrics;
  logger: Logger;
};

/** The clients of all subgraphs, made as the supergraph names them. */
export function createSubgraphClients(options: SubgraphClientsOptions) {
  const clients = new Map<string, SubgraphClient>();
  const addresses = new Map<string, string>();
  const internalToken = createInternalTokens(options.internalTokenSecret);
  const replaced: SubgraphClient[] = [];

  return {
    /** For the gateway's `buildService`. */
    buildService({ name, url }: ServiceEndpointDefinition): GraphQLDataSource {
      const address = options.urls[name] ?? url ?? '';
      const before = clients.get(name);
      if (before) replaced.push(before);
      clients.delete(name);
      addresses.set(name, address);
      if (!isVirtual(address)) connect(name, address);
      return unused;
    },

    async fetch({ service, query, variables, path }: FetchRequest, context: GatewayContext): Promise<FetchAnswer> {
      const client = clients.get(service);
      if (!client) throw new Error(`The subgraph "${service}" has no server: only subscriptions begin in it.`);
      const end = context.explanation?.fetches.begin({ service, operation: query, path });
      try {
        const answer = await read(service, client.send({ query, variables }, context));
        end?.(answer.errors?.length ? 'errors' : 'answered');
        return answer;
      } catch (error) {
        end?.('failed');
        throw error;
      }
    },

    async ask(subgraph: string, request: SubgraphRequest, context: GatewayContext): Promise<SubgraphAnswer> {
      const client = clients.get(subgraph);
      if (!client) throw new AppError('UNAVAILABLE', 'This part of the shop does not exist here.', { details: { subgraph } });
      const answer = await read(subgraph, client.send(request, { ...context, fresh: true }));
      return { data: answer.data ?? null, errors: answer.errors ?? [] };
    },

    /** Where a subgraph's graph is, as the newest supergraph has it; undefined when it names none of this name. */
    addressOf: (subgraph: string): string | undefined => addresses.get(subgraph),

    /** Of each real subgraph whether anything answers at its address. */
    async reachability(): Promise<Record<string, boolean>> {
      const found = await Promise.all([...clients].map(async ([name, client]) => [name, await client.isReachable()] as const));
      return Object.fromEntries(found);
    },

    async close(): Promise<void> {
      await Promise.all([...clients.values(), ...replaced].map((client) => client.close()));
    },
  };

  async function read(subgraph: string, sent: Promise<string>): Promise<FetchAnswer> {
    const text = await sent;
    try {
      return readAnswer(text);
    } catch (error) {
      options.logger.error({ subgraph, error, bytes: text.length }, 'a subgraph gave an answer that cannot be read');
      throw new AppError('UNAVAILABLE', away, { cause: error });
    }
  }

  function connect(name: string, url: string): void {
    clients.set(name, createSubgraphClient({ ...options, name, url, internalToken }));
  }
}

/** RFC 2606 keeps `.invalid` free of hosts, so it marks subgraphs that the gateway answers for itself. */
function isVirtual(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname.endsWith('.invalid');
}

/** Apollo's gateway keeps one of each subgraph; operations are executed without it. */
const unused: GraphQLDataSource = {
  process: () => Promise.reject(new Error('Subgraphs are asked by the executor only.')),
};
