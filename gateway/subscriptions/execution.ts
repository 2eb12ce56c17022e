import type { Tracer } from '@opentelemetry/api';
import { type ExecutionResult, executeSync, type GraphQLError } from 'graphql';
import { inEntrySpan } from '#platform/tracing/spans.ts';
import { executeOperation } from '../execution/execute-operation.ts';
import type { FetchAnswer, FetchRequest } from '../execution/fetch.ts';
import type { SubgraphClients } from '../execution/subgraph-clients.ts';
import type { GatewayContext } from '../pipeline/context.ts';
import type { ConcurrencyLimiter } from '../pipeline/limit/concurrency-limiter.ts';
import { RequestError } from '../pipeline/request-error.ts';
import { type PlannedSubscription, plannersVariables, seedService } from '../supergraph/planning/subscription-planner.ts';
import type { Update } from './updates.ts';

/** One subscription of one caller: what is run for each of the update. */
export type Execution = {
  readonly planned: PlannedSubscription;
  /** Coerced, with the defaults. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
  /** Equal for executions that answer alike: the same supergraph, operation, rights, and variables on which the answer depends. */
  readonly key: string;
  /** By estimate, for what is done in the turn of its caller; null for what need not wait. */
  readonly cost: number | null;
};

export type Executor = {
  /** The answer for one piece of update. Executions with equal keys share one. Never rejects. */
  execute(execution: Execution, update: Update): Promise<ExecutionResult>;
};

export type ExecutorOptions = {
  clients: Pick<SubgraphClients, 'fetch'>;
  presentError(error: unknown): GraphQLError;
  /** An event may cause thousands of executions: those of one caller do not delay the requests of others. */
  turns: ConcurrencyLimiter;
  onExecuted(): void;
  tracer?: Tracer | null;
};

export function createExecutor({ clients, presentError, turns, onExecuted, tracer = null }: ExecutorOptions): Executor {
  const shared = new WeakMap<Update, Map<string, Promise<ExecutionResult>>>();

  async function run({ planned, variables, context }: Execution, update: Update): Promise<ExecutionResult> {
    onExecuted();
    // what an event brought is never answered with a fetch that began before it
    const caller = { ...context, skipDedup: true };
    const ask = async (request: FetchRequest): Promise<FetchAnswer> =>
      request.service === seedService ? seedFrom(planned, variables, update) : clients.fetch(request, caller);
    try {
      const { data, errors } = await executeOperation({ planned, variables, introspection: {}, ask });
      return errors === undefined ? { data: data ?? null } : { data: data ?? null, errors: errors.map(presentError) };
    } catch (error) {
      return { data: null, errors: [presentError(error)] };
    }
  }

  async function inTurn({ cost, context }: Execution, work: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    if (cost === null) return work();
    try {
      return await turns.run(context.rateKey, cost, work);
    } catch (error) {
      return { data: null, errors: error instanceof RequestError ? error.errors : [presentError(error)] };
    }
  }

  return {
    execute(execution, update) {
      const ofUpdates = shared.get(update) ?? new Map<string, Promise<ExecutionResult>>();
      shared.set(update, ofUpdates);
      const equal = ofUpdates.get(execution.key);
      if (equal) return equal;
      const { traceparent } = update;
      const field = execution.planned.field.name.value;
      // what a subscriber is shown to begin with belongs to no event
      const mine = inEntrySpan(traceparent === undefined ? null : tracer, `execute ${field}`, { traceparent }, () =>
        inTurn(execution, () => run(execution, update)),
      );
      ofUpdates.set(execution.key, mine);
      return mine;
    },
  };
}

/** What the event answers of the operation: graphql-js's work, as in a subgraph with a server. */
function seedFrom(planned: PlannedSubscription, variables: Execution['variables'], update: Update): FetchAnswer {
  const { eventsSchema: schema, seed: document, field } = planned;
  const rootValue = { [field.name.value]: update.value };
  const { data, errors } = executeSync({ schema, document, variableValues: plannersVariables(planned, variables), rootValue });
  // the response is not shared, and merged into
  return { data: data ?? null, ...(errors === undefined ? {} : { errors }) };
}
