import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type ConfigOf, variable } from '#platform/config.ts';
import { loggingConfig } from '#platform/log-shipper.ts';
import { redisConfig } from '#platform/redis.ts';
import { adminConfig } from '#platform/service/admin-server.ts';
import { tracingConfig } from '#platform/tracing/start-tracing.ts';
import { playgroundAccounts, playgroundKey } from './http/playground/accounts.ts';
import { gatewayVariable } from './runtime/config-types.ts';

const checkout = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { count } = gatewayVariable;

export const gatewayConfig = {
  HOST: variable.host().describe('The address where it listens.'),
  PORT: variable.port(4000).describe('The port where it listens; 0 takes a free one.'),
  ...adminConfig(4000),
  LOG_LEVEL: variable.logLevel().describe('The least level that is logged.'),
  ...loggingConfig,
  ...tracingConfig,
  SUPERGRAPH: z
    .string()
    .default(checkout('schema/supergraph.graphql'))
    .describe('The file with the composed supergraph; a change of it is served within a second, and on SIGHUP at once.'),
  SUBGRAPH_URLS: gatewayVariable
    .urlsByName()
    .describe('Addresses of subgraphs that replace those of the supergraph: `product=http://127.0.0.1:4001/graphql,cart=…`'),
  SUBGRAPH_TIMEOUT_MS: variable.milliseconds(5000).describe('For a call to a subgraph, a second attempt included.'),
  SUBGRAPH_CONNECTIONS: variable.poolSize(64).describe('Connections kept to each subgraph at most.'),
  BREAKER_FAILURES: count(5).describe('Failures in a row after which a subgraph is not asked any more for `BREAKER_OPEN_MS`.'),
  BREAKER_OPEN_MS: variable.milliseconds(1000).describe('How long a failed subgraph is not asked; then one call is tried.'),
  JWKS_URL: variable
    .httpUrl()
    .optional()
    .describe('The public keys of the access tokens; without it every caller is a guest, and a token is rejected.'),
  ENDED_SESSIONS_URL: variable
    .httpUrl()
    .optional()
    .describe('The list of ended sessions; without it the gateway learns of them from events only.'),
  INTERNAL_TOKEN_SECRET: variable
    .secrets()
    .optional()
    .describe(
      'Signs the calls of the gateway to subgraphs, which reject others; the same for all of them. Several, separated by commas, while one is being replaced: the first signs, all verify.',
    ),
  ...redisConfig('Shares rate limits and persisted queries among gateways; in memory without it.'),
  ALLOWED_ORIGINS: gatewayVariable
    .origins()
    .describe('Origins besides its own from which browsers may use the graph, separated by commas; `*` is any.'),
  ALLOWED_HEADERS: gatewayVariable
    .headers()
    .describe(
      'Headers besides those of GraphQL clients that pages of these origins may send, separated by commas: names, or `x-shop-*` for all that begin so.',
    ),
  TRUSTED_PROXIES: count(0).describe(
    'How many of your proxies stand before the gateway, each adding to `x-forwarded-for`; 0 ignores that header.',
  ),
  TRUSTED_DOCUMENTS: z
    .enum(['off', 'log', 'only'])
    .default('off')
    .describe('Which documents are served: all (`off`), all with a log line for unknown ones (`log`), or those of the folder (`only`).'),
  TRUSTED_DOCUMENTS_FOLDER: z
    .string()
    .default(checkout('schema/operations'))
    .describe('The registered operations, one per `*.graphql` file.'),
  STOREFRONT_FOLDER: z
    .string()
    .default(checkout('storefront/dist'))
    .describe('The built storefront, served at `/`. It may come later, and be replaced.'),
  PLAYGROUND_FOLDER: z
    .string()
    .default(checkout('playground/dist'))
    .describe('The built playground, served at `/graphql`. It may come later, and be replaced.'),
  INTROSPECTION: gatewayVariable.onOff('on').describe('Whether clients may read the schema.'),
  QUERY_PLANS: z
    .enum(['on', 'off'])
    .transform((value) => value === 'on')
    .optional()
    .describe('Whether clients may see query plans, and which subgraph owns what; defaults to `INTROSPECTION`.'),
  PLAYGROUND_ACCOUNTS: playgroundAccounts().describe(
    'Accounts for one click in the playground, as JSON: `{"customer":{"login":"…","password":"…"},"admin":{…}}`; for browsers on the same machine, not behind a proxy.',
  ),
  PLAYGROUND_KEY: playgroundKey().describe('Those accounts are sent only to a browser that opened `/playground/enter/KEY` before.'),
  STALLED_CONNECTION_MS: variable
    .milliseconds(15_000)
    .describe(
      'A connection on which nothing moves for so long, while an answer is on its way, is cut off; longer than a subgraph may take.',
    ),
  MAX_CONNECTIONS_PER_ADDRESS: count(5000).describe(
    'Open at once from one address, sockets of subscriptions included. Without effect behind `TRUSTED_PROXIES`, to which all connections belong.',
  ),
  MAX_BACKLOG_BYTES: count(67_108_864).describe(
    'Answers that clients have not read yet, of all of them together; those that hold most are cut off.',
  ),
  REQUEST_TIMEOUT_MS: variable
    .milliseconds(30_000)
    .describe('How long a client may take to send a request, its body included; for the headers alone two thirds of it.'),
  MAX_INCOMING_BYTES: count(16_777_216).describe(
    'Bodies that clients have not sent to their end, of all of them together; of the address that sends most, the oldest are cut off, and it is suspended.',
  ),
  MAX_SMALL_PIECES: count(1000).describe(
    'Pieces of less than 512 bytes in which bodies come from one address, at once and again every ten seconds; the first ten of a body do not count. More cuts the connection off, and suspends the address.',
  ),
  SUSPENSION_MS: count(1000).describe(
    'How long nothing is taken from a suspended address; each time within ten minutes it is twice as long, up to 64 times. 0 suspends none. Behind `TRUSTED_PROXIES` it is the address that they forward.',
  ),
  MAX_BODY_BYTES: count(1_048_576).describe('Of a request with an account.'),
  MAX_GUEST_BODY_BYTES: count(131_072).describe('Of a request without an account.'),
  MAX_DOCUMENT_LENGTH: count(32_768).describe('Characters of a document, before it is parsed.'),
  MAX_TOKENS: count(5000).describe('Tokens of a document, before it is parsed.'),
  MAX_NESTING: count(200).describe('Open brackets of a document, before it is parsed.'),
  MAX_NAME_LENGTH: count(200).describe('Characters of a name in a document: of an operation, a variable, an alias.'),
  MAX_OPERATIONS: count(50).describe('Operations in one document, of which one is run.'),
  MAX_DEPTH: count(12).describe('Depth of the operation that is run, without what is skipped.'),
  MAX_ALIASES: count(30).describe('Aliases of the operation that is run.'),
  MAX_ROOT_FIELDS: count(20).describe('Root fields of the operation that is run.'),
  MAX_DIRECTIVES: count(30).describe('Directives of the operation that is run.'),
  MAX_COST: count(10_000).describe(
    'Objects that an operation may return by estimate, each fetch of its plan as 50; a full page of orders with their lines and products is about 5000.',
  ),
  MAX_INTROSPECTION: count(60_000).describe('Values of the schema that an operation may return by estimate; tools ask for about 50,000.'),
  PLANNING_TIMEOUT_MS: variable.milliseconds(2000).describe('For the plan of one operation; it is then rejected.'),
  MAX_PLANS_WAITING: count(100).describe(
    'How many unknown operations wait for their plans; they are planned one at a time, in turns of the addresses they come from.',
  ),
  DOCUMENT_CACHE_BYTES: count(16_777_216).describe('Memory for parsed documents besides the registered ones.'),
  PLAN_CACHE_BYTES: count(16_777_216).describe('Memory for plans besides those of registered documents.'),
  PERSISTED_QUERY_CACHE_BYTES: count(4_194_304).describe('Memory for the texts of automatic persisted queries.'),
  PERSISTED_QUERY_REDIS_BYTES: count(16_777_216).describe('Space in Redis for the texts of automatic persisted queries.'),
  MAX_COST_AT_ONCE: count(2000).describe(
    'What is done at once for one account, or for all guests at one address, estimated as `MAX_COST`; what costs more is done alone. 0 is no limit.',
  ),
  MAX_OPERATIONS_WAITING: count(100).describe('How many operations of the same caller wait for `MAX_COST_AT_ONCE`.'),
  RATE_LIMIT_BURST: count(300).describe('Requests of one account at once. 0 is no limit.'),
  RATE_LIMIT_PER_SECOND: count(50).describe('Requests of one account a second after that.'),
  GUEST_RATE_LIMIT_BURST: count(600).describe(
    'Requests at once of all guests at one address, who may be many behind one router. 0 is no limit.',
  ),
  GUEST_RATE_LIMIT_PER_SECOND: count(100).describe('Requests of all guests at one address a second after that.'),
  VISIT_RATE_LIMIT_BURST: count(2000).describe(
    'Requests for files, pages and pictures, and preflights, at once of all callers at one address. 0 is no limit.',
  ),
  VISIT_RATE_LIMIT_PER_SECOND: count(200).describe('The same, a second after that.'),
  AUTH_RATE_LIMIT_BURST: count(30).describe(
    'Log-ins, sign-ups and other operations that cost a password hash or a mail, at once, of all callers at one address. 0 is no limit.',
  ),
  AUTH_RATE_LIMIT_PER_MINUTE: count(30).describe('The same, a minute after that.'),
} as const;

/** Behind proxies all connections are theirs, and there is no limit. */
export function connectionsPerAddress(config: ConfigOf<typeof gatewayConfig>): number {
  return config.TRUSTED_PROXIES === 0 ? config.MAX_CONNECTIONS_PER_ADDRESS : Number.POSITIVE_INFINITY;
}

/** The limits of one operation. */
export function limitsOf(config: ConfigOf<typeof gatewayConfig>) {
  return {
    maxLength: config.MAX_DOCUMENT_LENGTH,
    maxTokens: config.MAX_TOKENS,
    maxNesting: config.MAX_NESTING,
    maxNameLength: config.MAX_NAME_LENGTH,
    maxOperations: config.MAX_OPERATIONS,
    maxDepth: config.MAX_DEPTH,
    maxAliases: config.MAX_ALIASES,
    maxRootFields: config.MAX_ROOT_FIELDS,
    maxDirectives: config.MAX_DIRECTIVES,
    maxCost: config.MAX_COST,
  };
}

/** For connections: until one on which nothing moves is cut off, and one whose request does not end. */
export function timeoutsOf(config: ConfigOf<typeof gatewayConfig>) {
  return { stalledMs: config.STALLED_CONNECTION_MS, requestMs: config.REQUEST_TIMEOUT_MS };
}

/** How many requests a caller may send. */
export function budgetsOf(config: ConfigOf<typeof gatewayConfig>) {
  return {
    user: { burst: config.RATE_LIMIT_BURST, perSecond: config.RATE_LIMIT_PER_SECOND },
    guest: { burst: config.GUEST_RATE_LIMIT_BURST, perSecond: config.GUEST_RATE_LIMIT_PER_SECOND },
    authentication: { burst: config.AUTH_RATE_LIMIT_BURST, perSecond: config.AUTH_RATE_LIMIT_PER_MINUTE / 60 },
  };
}
