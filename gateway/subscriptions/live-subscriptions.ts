import { type ExecutionResult, type GraphQLError, getArgumentValues, getVariableValues } from 'graphql';
import { AppError } from '#platform/errors.ts';
import type { GatewayContext } from '../pipeline/context.ts';
import type { OperationRequest, PreparedOperation } from '../pipeline/operation.ts';
import { badVariable } from '../pipeline/request-error.ts';
import type { PlannedOperation } from '../supergraph/planning/operation-planner.ts';
import {
  createSubscriptionPlanner,
  type PlannedSubscription,
  plannersVariables,
  type SubscriptionPlanner,
} from '../supergraph/planning/subscription-planner.ts';
import { noLongerValid, tooSlow } from './errors.ts';
import type { Execution, Executor } from './execution.ts';
import type { SubscriptionMetrics } from './metrics.ts';
import type { SubscriptionOptions } from './options.ts';
import { createQueue } from './queue.ts';
import type { Source } from './source.ts';
import type { Update } from './updates.ts';

export type Answers = AsyncIterableIterator<ExecutionResult> & { return(): Promise<IteratorResult<ExecutionResult>> };
export type Opened = { readonly ok: true; readonly answers: Answers } | { readonly ok: false; readonly errors: readonly GraphQLError[] };

export type LiveSubscriptions = {
  /** Begins a subscription that was prepared. Never throws. The receiver of `answers` must call `return`, or consume them to the end. */
  open(prepared: PreparedOperation & { ok: true }, request: OperationRequest, context: GatewayContext): Opened;
  /** Stops listening to new supergraphs. */
  stop(): void;
};

export type LiveSubscriptionsOptions = Pick<SubscriptionOptions, 'supergraph' | 'planning' | 'validate' | 'presentError'> & {
  /** Null where subscriptions are not served. */
  sources: Readonly<Record<string, Source>> | null;
  executor: Executor;
  queuedUpdates: number;
  metrics: SubscriptionMetrics;
};

type Demand = Omit<Execution, 'key' | 'planned' | 'variables'> &
  Pick<OperationRequest, 'variables'> & {
    readonly document: PlannedSubscription['document'];
    readonly operationName: string | undefined;
  };

/** How many responses are fetched ahead of the one being sent: events may arrive faster than a fetch takes. */
const readAhead = 4;

/** Every subscription of this gateway: planned for the supergraph of the moment, and planned again for each later one. */
export function createLiveSubscriptions(options: LiveSubscriptionsOptions): LiveSubscriptions {
  const { supergraph, planning, validate, presentError, sources, executor, metrics } = options;
  const replans = new Set<() => void>();
  let generation = 0;
  let planner: SubscriptionPlanner | null = null;

  const unsubscribe = supergraph.onChange(() => {
    generation += 1;
    planner = null;
    for (const replan of [...replans]) replan();
  });

  function executionOf({ document, variables: given, context }: Demand, operation: PlannedOperation): Execution {
    if (sources === null)
      throw new AppError('UNAVAILABLE', 'Subscriptions are not served here: this gateway is not connected to the event log.');
    planner ??= createSubscriptionPlanner(planning.current());
    const planned = planner.subscriptionOf(operation, document);
    const { coerced: variables, errors } = getVariableValues(
      planned.schemas.apiSchema,
      operation.operation.variableDefinitions ?? [],
      given ?? {},
    );
    if (errors) throw new AggregateError(errors.map(badVariable), 'The variables are not what the operation asks for.');
    const answering = Object.entries(variables).filter(([name]) => planned.answering.has(name));
    const key = JSON.stringify([planned.key, answering, context.dedupKey]);
    return { planned, variables, context, key };
  }

  function begin(demand: Demand, operation: PlannedOperation): Answers {
    let execution = executionOf(demand, operation);
    const { planned, variables, context } = execution;
    const field = planned.field.name.value;
    const source = sources?.[field];
    const definition = planned.eventsSchema.getSubscriptionType()?.getFields()[field];
    if (!(source && definition)) throw new AppError('UNAVAILABLE', 'This gateway has no events for this subscription.');

    let isOpen = true;
    let waiting = 0;
    const queue = createQueue<Update>(options.queuedUpdates);
    const endSource = source(getArgumentValues(definition, planned.field, plannersVariables(planned, variables)), context, {
      show(update) {
        if (!queue.push(update)) return finish(tooSlow());
        waiting += 1;
        // its answer is shared with the one that is asked for when its turn comes
        if (waiting <= readAhead) void executor.execute(execution, update);
      },
      complete: () => queue.end(),
      fail: (error) => queue.end(presentError(error)),
    });
    replans.add(replan);
    metrics.subscriptions.inc({ field });
    function replan(): void {
      const replannedFor = generation;
      replanned().then(
        (next) => {
          if (replannedFor === generation) execution = next;
        },
        (error: unknown) => {
          if (replannedFor === generation) finish(noLongerValid(errorsOf(error, presentError)));
        },
      );
    }

    async function replanned(): Promise<Execution> {
      const problems = validate(demand.document);
      if (problems.length > 0) throw new AggregateError(problems, 'The document is not valid any more.');
      return executionOf(demand, await planning.current().plan(demand.document, demand.operationName, demand.variables ?? {}));
    }

    function finish(error?: GraphQLError): void {
      queue.cut(error);
      close();
    }

    function close(): void {
      if (!isOpen) return;
      isOpen = false;
      endSource();
      replans.delete(replan);
      metrics.subscriptions.dec({ field });
    }

    async function pull(): Promise<Update | null> {
      try {
        const update = await queue.pull();
        if (update === null) close();
        // closed in between: what is left in the queue is its end
        return isOpen ? update : await queue.pull();
      } catch (error) {
        close();
        throw error;
      }
    }

    return {
      async next() {
        const update = await pull();
        if (update === null) return { done: true, value: undefined };
        const value = await executor.execute(execution, update);
        waiting -= 1;
        metrics.deliveries.inc({ field });
        return { done: false, value };
      },
      // by hand and not as an async generator, whose return() would wait for the next() that is pending
      return() {
        finish();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return {
    open({ document, operation, planned }, { variables }, context) {
      try {
        return { ok: true, answers: begin({ document, operationName: operation.name?.value, variables, context }, planned) };
      } catch (error) {
        return { ok: false, errors: errorsOf(error, presentError) };
      }
    },
    stop: unsubscribe,
  };
}

function errorsOf(error: unknown, presentError: (error: unknown) => GraphQLError): GraphQLError[] {
  return (error instanceof AggregateError ? error.errors : [error]).map(presentError);
}
