import type { GraphQLDataSource } from '@apollo/gateway';
import { type Secrets, signInternalToken } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import type { GatewayContext } from '../pipeline/context.ts';
import type { Caches } from '../runtime/caches.ts';
import type { GatewayMetrics } from '../runtime/metrics.ts';
import type { FetchAnswer, FetchError, FetchRequest } from './fetch.ts';
import { readAnswer } from './read-answer.ts';
import { createSubgraphClient, type SubgraphClient, type SubgraphRequest, unavailableMessage } from './subgraph-client.ts';

const lifetimeSeconds = 60;
const renewBeforeMs = 20_000;
const maxCacheBytes = 8 * 1024 * 1024;

/** The gateway's own tokens toward subgraphs: one per caller, kept until shortly before it expires. Undefined without a secret. */
function createInternalTokens(secrets: Secrets | undefined, caches: Caches, now: () => number = Date.now) {
  const tokens = caches.open<{ token: string; renewAt: number }>('internal-tokens', {
    maxBytes: maxCacheBytes,
    bytesOf: ({ token }) => 2 * token.length,
  });
  return (context: GatewayContext): string | undefined => {
    if (secrets === undefined) return undefined;
    const kept = tokens.get(context.dedupKey);
    if (kept && kept.renewAt > now()) return kept.token;
    const token = signInternalToken(context.identity, secrets, lifetimeSeconds);
    tokens.set(context.dedupKey, { token, renewAt: now() + lifetimeSeconds * 1000 - renewBeforeMs });
    return token;
  };
}

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
  internalTokenSecrets: Secrets | undefined;
  caches: Caches;
  metrics: GatewayMetrics;
  logger: Logger;
};

export type SubgraphMetadata = { readonly name: string; readonly url?: string | undefined };
/** How the subgraphs of another supergraph would be asked. Nothing has changed before `commit`, which cannot fail. */
export type SubgraphChange = { commit(): void };

/** A subgraph of the supergraph in force; a virtual one has no client. */
type Connected = { readonly address: string; readonly client: SubgraphClient | null };

/** The clients of all subgraphs of the supergraph in force. */
export class ConnectedSubgraphs implements SubgraphClients {
  readonly #options: SubgraphClientsOptions;
  readonly #internalToken: (context: GatewayContext) => string | undefined;
  readonly #retired = new Set<SubgraphClient>();
  #current: ReadonlyMap<string, Connected> = new Map();

  constructor(options: SubgraphClientsOptions) {
    this.#options = options;
    this.#internalToken = createInternalTokens(options.internalTokenSecrets, options.caches);
  }

  /** For the gateway's `buildService`. */
  buildService(): GraphQLDataSource {
    return unused;
  }

  async fetch({ service, query, variables, path }: FetchRequest, context: GatewayContext): Promise<FetchAnswer> {
    const client = this.#current.get(service)?.client;
    if (!client) throw new Error(`The subgraph "${service}" has no server: only subscriptions begin in it.`);
    const end = context.explanation?.fetches.begin({ service, operation: query, path });
    try {
      const answer = await this.#read(service, client.send({ query, variables }, context));
      end?.(answer.errors?.length ? 'errors' : 'answered');
      return answer;
    } catch (error) {
      end?.('failed');
      throw error;
    }
  }

  /**
   * What would change with the subgraphs of another supergraph. Who keeps name and address keeps its connections and its breaker; calls to
   * the others end as they began.
   * @throws SubgraphAddressError
   */
  prepare(subgraphs: Iterable<SubgraphMetadata>): SubgraphChange {
    const { urls } = this.#options;
    const addresses = new Map([...subgraphs].map(({ name, url }) => [name, checkAddress(name, urls[name] ?? url ?? '')]));
    return { commit: () => this.#replace(addresses) };
  }

  async ask(subgraph: string, request: SubgraphRequest, context: GatewayContext): Promise<SubgraphAnswer> {
    const client = this.#current.get(subgraph)?.client;
    if (!client) throw new AppError('UNAVAILABLE', 'This part of the shop does not exist here.', { details: { subgraph } });
    const answer = await this.#read(subgraph, client.send(request, { ...context, skipDedup: true }));
    return { data: answer.data ?? null, errors: answer.errors ?? [] };
  }

  /** Where a subgraph's graph is in the supergraph in force; undefined when it has none of this name. */
  addressOf(subgraph: string): string | undefined {
    return this.#current.get(subgraph)?.address;
  }

  /** Of each real subgraph whether anything answers at its address. */
  async reachability(): Promise<Record<string, boolean>> {
    const asked = [...this.#current].flatMap(([name, { client }]) => (client ? [[name, client] as const] : []));
    return Object.fromEntries(await Promise.all(asked.map(async ([name, client]) => [name, await client.isReachable()] as const)));
  }

  async close(): Promise<void> {
    const clients = [...this.#current.values()].flatMap(({ client }) => client ?? []);
    await Promise.all([...clients, ...this.#retired].map((client) => client.close()));
  }

  #connect(name: string, address: string): Connected {
    if (isVirtual(address)) return { address, client: null };
    return { address, client: createSubgraphClient({ ...this.#options, name, url: address, internalToken: this.#internalToken }) };
  }

  #retire(name: string, { client }: Connected): void {
    if (client === null) return;
    this.#retired.add(client);
    client.retire().then(
      () => this.#retired.delete(client),
      (error: unknown) => this.#options.logger.error({ error, subgraph: name }, 'the connections to a subgraph could not be closed'),
    );
  }

  #replace(addresses: ReadonlyMap<string, string>): void {
    const before = this.#current;
    for (const [name, connected] of before) {
      if (addresses.get(name) !== connected.address) this.#retire(name, connected);
    }
    this.#current = new Map(
      [...addresses].map(([name, address]) => {
        const same = before.get(name);
        return [name, same?.address === address ? same : this.#connect(name, address)];
      }),
    );
  }

  async #read(subgraph: string, sent: Promise<string>): Promise<FetchAnswer> {
    const text = await sent;
    try {
      return readAnswer(text);
    } catch (error) {
      this.#options.logger.error({ subgraph, error, bytes: text.length }, 'a subgraph gave an answer that cannot be read');
      throw new AppError('UNAVAILABLE', unavailableMessage, { cause: error });
    }
  }
}

/** The address of a subgraph is none, in the supergraph or in the configuration; the message names both. */
export class SubgraphAddressError extends Error {}

/** @throws SubgraphAddressError */
function checkAddress(name: string, address: string): string {
  const url = URL.parse(address);
  if (url !== null && /^https?:$/.test(url.protocol)) return address;
  throw new SubgraphAddressError(
    `The subgraph "${name}" cannot be asked at "${address}": its address must begin with http:// or https://. SUBGRAPH_URLS can give it another one.`,
  );
}

/** RFC 2606 keeps `.invalid` free of hosts, so it marks subgraphs that the gateway answers for itself. */
function isVirtual(url: string): boolean {
  return new URL(url).hostname.endsWith('.invalid');
}

/** Apollo's gateway keeps one of each subgraph; operations are executed without it. */
const unused: GraphQLDataSource = {
  process: () => Promise.reject(new Error('Subgraphs are asked by the executor only.')),
};
