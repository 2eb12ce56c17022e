import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type ConfigOf, variable } from '#platform/config.ts';
import { adminConfig } from '#platform/service/admin-server.ts';
import { playgroundAccounts, playgroundKey } from './http/playground/accounts.ts';
import { gatewayVariable } from './runtime/config-types.ts';

const checkout = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { count } = gatewayVariable;

export const gatewayConfig = {
  HOST: variable.host(),
  PORT: variable.port(4000),
  ...adminConfig(4000),
  LOG_LEVEL: variable.logLevel(),
  /** The file with the composed supergraph; a change of it is served within a second, and on SIGHUP at once. */
  SUPERGRAPH: z.string().default(checkout('schema/supergraph.graphql')),
  /** Addresses of subgraphs that replace those of the supergraph: product=http://127.0.0.1:4001/graphql,cart=… */
  SUBGRAPH_URLS: gatewayVariable.urlsByName(),
  /** For a call to a subgraph, a second attempt included. */
  SUBGRAPH_TIMEOUT_MS: variable.milliseconds(5000),
  /** Connections kept to each subgraph at most. */
  SUBGRAPH_CONNECTIONS: variable.poolSize(64),
  /** So many failures in a row, and a subgraph is not asked any more … */
  BREAKER_FAILURES: count(5),
  /** … until so much later, when one call is tried. */
  BREAKER_OPEN_MS: variable.milliseconds(1000),
  /** Where the public keys of the access tokens are; without it everybody is a guest, and a token is rejected. */
  JWKS_URL: variable.httpUrl().optional(),
  /** The URL of the list of ended sessions; without it the gateway learns of them from events only. */
  ENDED_SESSIONS_URL: variable.httpUrl().optional(),
  /** Shared with the subgraphs, which reject calls that are not signed with it. */
  INTERNAL_TOKEN_SECRET: variable.secret().optional(),
  /** Shares rate limits and persisted queries among gateways; in memory without it. */
  REDIS_URL: variable.redisUrl().optional(),
  /** Origins besides its own from which browsers may use the graph, separated by commas; * is any. */
  ALLOWED_ORIGINS: gatewayVariable.origins(),
  /** Headers besides those of GraphQL clients that pages of these origins may send, separated by commas: names, or x-shop-* for all that begin so. */
  ALLOWED_HEADERS: gatewayVariable.headers(),
  /** How many proxies of ours stand before the gateway, each adding to x-forwarded-for; 0 believes no such header. */
  TRUSTED_PROXIES: count(0),
  /** Which documents are served: all (off), all but with a log line for unknown ones (log), or those of the folder (only). */
  TRUSTED_DOCUMENTS: z.enum(['off', 'log', 'only']).default('off'),
  /** One operation per *.graphql file. */
  TRUSTED_DOCUMENTS_FOLDER: z.string().default(checkout('schema/operations')),
  /** The built storefront: an index.html and its assets. It may come later, and be replaced. */
  STOREFRONT_FOLDER: z.string().default(checkout('storefront/dist')),
  /** The built playground; as the storefront. */
  PLAYGROUND_FOLDER: z.string().default(checkout('playground/dist')),
  /** Whether clients may read the schema. */
  INTROSPECTION: gatewayVariable.onOff('on'),
  /** Whether clients may see how their operations are carried out, and by which subgraphs; defaults to INTROSPECTION. */
  QUERY_PLANS: z
    .enum(['on', 'off'])
    .transform((value) => value === 'on')
    .optional(),
  /** Accounts for one click in the playground, as JSON; for a gateway that browsers on the same machine call directly, without a proxy. */
  PLAYGROUND_ACCOUNTS: playgroundAccounts(),
  /** Sent only to a browser that opened /playground/enter/KEY before. */
  PLAYGROUND_KEY: playgroundKey(),
  /** A connection on which nothing moves for so long, while an answer is on its way, is cut off; longer than a subgraph may take. */
  STALLED_CONNECTION_MS: variable.milliseconds(15_000),
  /** Answers that clients have not read yet, of all of them together; those who hold most are cut off. */
  MAX_BACKLOG_BYTES: count(67_108_864),
  /** Of a request; from a guest, who uploads nothing. */
  MAX_BODY_BYTES: count(1_048_576),
  MAX_GUEST_BODY_BYTES: count(131_072),
  /** Limits of one operation: characters, tokens and open brackets before it is parsed, the others before it is planned. */
  MAX_DOCUMENT_LENGTH: count(32_768),
  MAX_TOKENS: count(5000),
  MAX_NESTING: count(200),
  /** Operations in one document, of which one is run. */
  MAX_OPERATIONS: count(50),
  MAX_DEPTH: count(12),
  MAX_ALIASES: count(30),
  MAX_ROOT_FIELDS: count(20),
  MAX_DIRECTIVES: count(30),
  /** Objects an operation may bring by estimate, each fetch of its plan as 50; a full page of orders with their lines and products is about 5000. */
  MAX_COST: count(10_000),
  /** Values of the schema that an operation may bring by estimate; what tools ask for is about 50,000. */
  MAX_INTROSPECTION: count(60_000),
  /** What one operation may take to be planned; it is then rejected. */
  PLANNING_TIMEOUT_MS: variable.milliseconds(2000),
  /** The queue length for new operations, which are planned one at a time. */
  MAX_PLANS_WAITING: count(100),
  /** Memory for what others than the registered documents bring: as they were read, … */
  DOCUMENT_CACHE_BYTES: count(16_777_216),
  /** … their plans, … */
  PLAN_CACHE_BYTES: count(16_777_216),
  /** … and the texts of automatic persisted queries, here and in Redis. */
  PERSISTED_QUERY_CACHE_BYTES: count(4_194_304),
  PERSISTED_QUERY_REDIS_BYTES: count(16_777_216),
  /** What is done at once for one account, or for all guests at one address, by the same estimate as MAX_COST; what costs more is done alone. 0 is no limit. */
  MAX_COST_AT_ONCE: count(2000),
  /** Operations of the same that wait for this. */
  MAX_OPERATIONS_WAITING: count(100),
  /** Requests of one account: so many at once, then so many a second. 0 is no limit. */
  RATE_LIMIT_BURST: count(300),
  RATE_LIMIT_PER_SECOND: count(50),
  /** The same for everybody without an account at one address, who may be many behind one router. */
  GUEST_RATE_LIMIT_BURST: count(600),
  GUEST_RATE_LIMIT_PER_SECOND: count(100),
  /** Of everybody at one address together: what costs a password hash or sends a mail, as log-ins, sign-ups and links for a new password. */
  AUTH_RATE_LIMIT_BURST: count(30),
  AUTH_RATE_LIMIT_PER_MINUTE: count(30),
} as const;

/** The limits of one operation. */
export function limitsOf(config: ConfigOf<typeof gatewayConfig>) {
  return {
    maxLength: config.MAX_DOCUMENT_LENGTH,
    maxTokens: config.MAX_TOKENS,
    maxNesting: config.MAX_NESTING,
    maxOperations: config.MAX_OPERATIONS,
    maxDepth: config.MAX_DEPTH,
    maxAliases: config.MAX_ALIASES,
    maxRootFields: config.MAX_ROOT_FIELDS,
    maxDirectives: config.MAX_DIRECTIVES,
    maxCost: config.MAX_COST,
  };
}
