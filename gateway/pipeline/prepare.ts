import { GraphQLError, getOperationAST } from 'graphql';
import { inSpan } from '#platform/tracing/spans.ts';
import type { GatewayMetrics } from '../runtime/metrics.ts';
import type { PlannedOperation } from '../supergraph/planning/operation-planner.ts';
import type { Planning } from '../supergraph/planning/planning.ts';
import type { SupergraphSource } from '../supergraph/supergraph-source.ts';
import { type GatewayContext, placeOf } from './context.ts';
import type { Affordable, AssertAffordable } from './limit/affordable.ts';
import { attemptsOf } from './limit/authentication.ts';
import type { ConcurrencyLimiter } from './limit/concurrency-limiter.ts';
import type { RateBudget, RateLimiter } from './limit/rate-limiter.ts';
import type { OperationRequest, PreparedOperation } from './operation.ts';
import type { Documents, ReadDocument } from './parse/documents.ts';
import type { PersistedQueries } from './parse/persisted-queries.ts';
import { sha256, type TrustedDocuments } from './parse/trusted-documents.ts';
import { graphqlError, RequestError, reject, requestErrorStatus } from './request-error.ts';
import { checkVariables, renameVariables } from './validate/variables.ts';

export type PrepareOptions = {
  supergraph: SupergraphSource;
  planning: Pick<Planning, 'current'>;
  documents: Documents;
  trusted: TrustedDocuments;
  persisted: PersistedQueries;
  rateLimiter: RateLimiter;
  concurrency: ConcurrencyLimiter;
  budgets: { readonly user: RateBudget; readonly guest: RateBudget; readonly authentication: RateBudget };
  assertAffordable: AssertAffordable;
  presentError(error: unknown): GraphQLError;
  metrics: GatewayMetrics;
};

/** An operation that may be run. */
export type Prepared = Extract<PreparedOperation, { ok: true }>;
/** One that may be planned. */
export type Readable = Omit<Prepared, 'planned' | 'cost'>;
export type Prepare = {
  /** Takes one request out of the caller's budget. @throws RequestError */
  admit(context: GatewayContext): Promise<void>;
  /** For a request that was admitted; what is not run needs no variables. @throws RequestError, and nothing else. */
  prepareOrReject(request: OperationRequest, context: GatewayContext, use?: { isRun?: boolean }): Promise<Prepared>;
  /** Both, with a rejection as a value. Never rejects. */
  prepare(request: OperationRequest, context: GatewayContext): Promise<PreparedOperation>;
};

/** So many characters take as long to parse as an object to answer. */
const charactersOfObject = 20;

/** What an operation costs of the caller's budget, beside the one for every request: a document that is not cached is parsed … */
const costToParse = (query: string): number => Math.floor(query.length / 4096);
/** … and validated … */
const costToValidate = (newTokens: number): number => Math.floor(newTokens / 100);
/** … and planned, and what is asked of the schema is written out. */
function costToAnswer(isNew: boolean, { fetches, values }: Pick<Affordable, 'fetches' | 'values'>): number {
  return (isNew ? Math.floor(fetches / 4) : 0) + Math.floor(values / 1000);
}

/** Everything between a request and its plan, for HTTP and sockets alike. */
export function createPrepare(options: PrepareOptions): Prepare {
  return new Preparation(options);
}

class Preparation implements Prepare {
  readonly #options: PrepareOptions;

  constructor(options: PrepareOptions) {
    this.#options = options;
  }

  admit(context: GatewayContext): Promise<void> {
    return this.#counted(this.#takeTokens(context, 1));
  }

  prepareOrReject(request: OperationRequest, context: GatewayContext, { isRun = true } = {}): Promise<Prepared> {
    return this.#counted(inSpan('prepare', {}, () => this.#prepareOperation(request, context, isRun)));
  }

  prepare(request: OperationRequest, context: GatewayContext): Promise<PreparedOperation> {
    return this.admit(context)
      .then(() => this.prepareOrReject(request, context))
      .catch((rejected: RequestError) => ({ ok: false, errors: rejected.errors }));
  }

  async #takeTokens(context: GatewayContext, tokens: number): Promise<void> {
    if (tokens === 0) return;
    const wait = await this.#options.rateLimiter.take(context.rateKey, this.#options.budgets[context.identity.kind], tokens);
    if (wait > 0) throw tooMany('Too many requests', wait);
  }

  /** Logged-in users share the budget of their IP address: creating accounts is free for an attacker. */
  async #takeAttempts(context: GatewayContext, attempts: number): Promise<void> {
    if (attempts === 0) return;
    const { rateLimiter, budgets } = this.#options;
    const wait = await rateLimiter.take(`attempts:${placeOf(context)}`, budgets.authentication, attempts);
    if (wait > 0) throw tooMany('Too many attempts to log in or to open an account from here', wait);
  }

  /** The text of the operation. @throws RequestError when there is none, or none that is known. */
  async #textOf({ query, extensions }: OperationRequest): Promise<string> {
    const hash = hashOf(extensions);
    if (query) {
      if (hash !== null && sha256(query) !== hash) reject('BAD_REQUEST', 'The hash is not that of the query.');
      return query;
    }
    if (hash === null) reject('BAD_REQUEST', 'Send the text of an operation as `query`.');
    const known = this.#options.trusted.find(hash) ?? (await this.#options.persisted.get(hash));
    return known ?? reject('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
  }

  /** A document that is not cached is parsed in its caller's turn. */
  async #readInTurn(query: string, context: GatewayContext): Promise<ReadDocument> {
    if (this.#options.documents.isKnown(query)) return this.#options.documents.read(query);
    await this.#takeTokens(context, costToParse(query));
    return this.#options.concurrency.run(context.rateKey, query.length / charactersOfObject, async () =>
      this.#options.documents.read(query),
    );
  }

  /** What is not run is planned for all conditions. */
  #planOf({ document, request }: Readable, isRun: boolean, caller: string): Promise<PlannedOperation> {
    return this.#options.planning.current().plan(document, request.operationName, isRun ? (request.variables ?? {}) : null, caller);
  }

  /** @throws RequestError */
  async #prepareOperation(request: OperationRequest, context: GatewayContext, isRun: boolean): Promise<Prepared> {
    const query = await this.#textOf(request);
    const { document, newTokens, validated } = await this.#readInTurn(query, context);
    await this.#takeTokens(context, costToValidate(newTokens));
    // a token takes about as long to validate as an object to answer
    const validate = () => validated(placeOf(context));
    if (newTokens > 0) await this.#options.concurrency.run(context.rateKey, newTokens, validate);
    else await validate();
    // an empty name is none
    const operationName = request.operationName || null;
    const operation = getOperationAST(document, operationName) ?? rejectUnknown(operationName);
    const { apiSchema } = this.#options.supergraph.current();
    const given = request.variables ?? {};
    const variables = isRun ? checkVariables(apiSchema, document, operation, given) : given;
    const readable = renameVariables({ ok: true, document, operation, request: { ...request, variables, operationName, query } });
    const affordable = this.#options.assertAffordable(readable);
    await this.#takeTokens(context, costToAnswer(newTokens > 0, affordable));
    if (isRun) await this.#takeAttempts(context, attemptsOf(readable));
    const { cost } = affordable;
    const planned = await inSpan('plan', {}, () =>
      this.#options.concurrency.run(context.rateKey, cost, () => this.#planOf(readable, isRun, placeOf(context))),
    );
    if (request.query && hashOf(request.extensions) !== null && this.#options.trusted.mode !== 'only')
      await this.#options.persisted.set(sha256(query), query);
    return { ...readable, planned, cost };
  }

  /** Rejects with RequestError, and nothing else. */
  async #counted<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const rejected = this.#asRequestError(error);
      this.#options.metrics.rejected.inc({ reason: String(rejected.errors[0]?.extensions['code']) });
      throw rejected;
    }
  }

  #asRequestError(error: unknown): RequestError {
    if (error instanceof RequestError) return error;
    // a condition that is null
    if (error instanceof GraphQLError) return new RequestError([error]);
    const presented = this.#options.presentError(error);
    // what is no mistake of the client has no status of a rejection
    return new RequestError([presented], String(presented.extensions['code']) in requestErrorStatus ? {} : { status: 500 });
  }
}

function tooMany(what: string, wait: number): RequestError {
  const error = graphqlError('RATE_LIMITED', `${what}: try again in ${wait} s.`, { retryAfterSeconds: wait });
  return new RequestError([error], { headers: { 'retry-after': String(wait) } });
}

/** Null without one. The protocol is Apollo's: `extensions.persistedQuery = { version: 1, sha256Hash }`. */
function hashOf(extensions: OperationRequest['extensions']): string | null {
  const persisted = extensions?.['persistedQuery'];
  if (persisted === undefined || persisted === null) return null;
  if (typeof persisted !== 'object' || !('sha256Hash' in persisted) || typeof persisted.sha256Hash !== 'string') {
    return reject('BAD_REQUEST', 'A persisted query is named by `extensions.persistedQuery.sha256Hash`.');
  }
  if ('version' in persisted && persisted.version !== 1) reject('BAD_REQUEST', 'Only version 1 of persisted queries is known.');
  return persisted.sha256Hash.toLowerCase();
}

function rejectUnknown(name: string | null | undefined): never {
  if (name) reject('OPERATION_RESOLUTION_FAILURE', `The document has no operation named "${name.slice(0, 100)}".`);
  reject('OPERATION_RESOLUTION_FAILURE', 'The document has several operations or none: name the one to run as `operationName`.');
}
