import type { GraphQLDataSource, ServiceEndpointDefinition } from '@apollo/gateway';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import type { GatewayContext } from '../context.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { errorsOfFetch } from './failed-fetch.ts';
import { createInternalTokens } from './internal-tokens.ts';
import { createSubgraphClient, type SubgraphClient, type SubgraphRequest } from './subgraph-client.ts';

export type SubgraphAnswer = {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
};

/** How the gateway asks subgraphs: by Apollo's executor through `dataSources`, or directly. */
export type SubgraphClients = {
  /** By the subgraph's name; grows when a new supergraph names a new one. A virtual subgraph refuses every call. */
  readonly dataSources: Readonly<Record<string, GraphQLDataSource<GatewayContext>>>;
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
  const dataSources: Record<string, GraphQLDataSource<GatewayContext>> = {};
  const internalToken = createInternalTokens(options.internalTokenSecret);
  const replaced: SubgraphClient[] = [];

  return {
    dataSources,

    /** For the gateway's `buildService`. */
    buildService({ name, url }: ServiceEndpointDefinition): GraphQLDataSource {
      const address = options.urls[name] ?? url ?? '';
      const before = clients.get(name);
      if (before) replaced.push(before);
      clients.delete(name);
      addresses.set(name, address);
      const dataSource = isVirtual(address) ? virtualDataSource(name) : remoteDataSource(name, connect(name, address));
      dataSources[name] = dataSource;
      return dataSource;
    },

    async ask(subgraph: string, request: SubgraphRequest, context: GatewayContext): Promise<SubgraphAnswer> {
      const client = clients.get(subgraph);
      if (!client) throw new AppError('UNAVAILABLE', 'This part of the shop does not exist here.', { details: { subgraph } });
      const answer = parseAnswer(await client.send(request, { ...context, fresh: true }));
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

  function connect(name: string, url: string): SubgraphClient {
    const client = createSubgraphClient({ ...options, name, url, internalToken });
    clients.set(name, client);
    return client;
  }
}

/** RFC 2606 keeps `.invalid` free of hosts, so it marks subgraphs that the gateway answers for itself. */
function isVirtual(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname.endsWith('.invalid');
}

function remoteDataSource(name: string, client: SubgraphClient): GraphQLDataSource<GatewayContext> {
  return {
    async process(options) {
      const { query, variables } = options.request;
      if (options.kind !== 'incoming operation' || query === undefined)
        throw new Error('Only operations of clients are sent to subgraphs.');
      const context = options.incomingRequestContext.context;
      const end = context.explanation?.fetches.begin({ service: name, operation: query, path: options.pathInIncomingRequest ?? [] });
      try {
        const answer = parseAnswer(await client.send({ query, variables }, context));
        end?.(answer.errors?.length ? 'errors' : 'answered');
        return answer;
      } catch (error) {
        end?.('failed');
        if (error instanceof AppError) return errorsOfFetch(error, query, variables);
        throw error;
      }
    },
  };
}

function virtualDataSource(name: string): GraphQLDataSource<GatewayContext> {
  return {
    process: () => Promise.reject(new Error(`The subgraph "${name}" has no server: only subscriptions begin in it.`)),
  };
}

type ParsedAnswer = { data?: Record<string, unknown> | null; errors?: { message: string; extensions?: Record<string, unknown> }[] };

function parseAnswer(text: string): ParsedAnswer {
  const answer: unknown = JSON.parse(text);
  if (!isAnswer(answer)) throw new Error('A subgraph answered with JSON that is no GraphQL response.');
  return answer;
}

function isAnswer(value: unknown): value is ParsedAnswer {
  if (value === null || typeof value !== 'object') return false;
  const errors = 'errors' in value ? value.errors : undefined;
  if (errors !== undefined && !Array.isArray(errors)) return false;
  return 'data' in value ? typeof value.data === 'object' : errors !== undefined;
}
