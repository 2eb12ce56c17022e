import { type ExecutionResult, type GraphQLError, getArgumentValues } from 'graphql';
import { AppError } from '#platform/errors.ts';
import { type GatewayContext, placeOf } from '../pipeline/context.ts';
import type { OperationRequest, PreparedOperation } from '../pipeline/operation.ts';
import { coerceVariables } from '../pipeline/validate/coerce-variables.ts';
import type { PlannedOperation } from '../supergraph/planning/operation-planner.ts';
import {
  createSubscriptionPlanner,
  type PlannedSubscription,
  plannersVariables,
  type SubscriptionPlanner,
} from '../supergraph/planning/subscription-planner.ts';
import type { DeliverySpans } from './delivery-spans.ts';
import { noLongerValid, tooSlow } from './errors.ts';
import type { Execution, Executor } from './execution.ts';
import type { SubscriptionMetrics } from './metrics.ts';
import type { SubscriptionOptions } from './options.ts';
import { Queue } from './queue.ts';
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

export type LiveSubscriptionsOptions = Pick<
  SubscriptionOptions,
  'supergraph' | 'planning' | 'validate' | 'presentError' | 'isRegistered'
> & {
  /** Null where subscriptions are not served. */
  sources: Readonly<Record<string, Source>> | null;
  executor: Executor;
  deliveries: DeliverySpans;
  queuedUpdates: number;
  metrics: SubscriptionMetrics;
};

type Demand = Omit<Execution, 'key' | 'planned' | 'variables' | 'cost'> &
  Pick<OperationRequest, 'variables'> & {
    readonly document: PlannedSubscription['document'];
    readonly operationName: string | undefined;
    readonly cost: number;
  };

/** How many responses are fetched ahead of the one being sent: events may arrive faster than a fetch takes. */
const readAhead = 4;

/** Every subscription of this gateway: planned for the supergraph of the moment, and planned again for each later one. */
export function createLiveSubscriptions(options: LiveSubscriptionsOptions): LiveSubscriptions {
  return new Subscriptions(options);
}

class Subscriptions implements LiveSubscriptions {
  readonly #options: LiveSubscriptionsOptions;
  readonly #open = new Set<LiveAnswers>();
  readonly #unsubscribe: () => void;
  /** Of the supergraph of the moment; made when it is first needed. */
  #planner: SubscriptionPlanner | null = null;
  /** Counts the supergraphs. */
  #generation = 0;

  constructor(options: LiveSubscriptionsOptions) {
    this.#options = options;
    this.#unsubscribe = options.supergraph.onChange(() => this.#replanAll());
  }

  open(
    { document, operation, planned, cost }: PreparedOperation & { ok: true },
    { variables }: OperationRequest,
    context: GatewayContext,
  ): Opened {
    try {
      return { ok: true, answers: this.#begin({ document, operationName: operation.name?.value, variables, context, cost }, planned) };
    } catch (error) {
      return { ok: false, errors: errorsOf(error, this.#options.presentError) };
    }
  }

  stop(): void {
    this.#unsubscribe();
  }

  #begin(demand: Demand, operation: PlannedOperation): LiveAnswers {
    const { sources } = this.#options;
    const execution = this.#executionOf(demand, operation);
    const field = execution.planned.field.name.value;
    const source = sources?.[field];
    const definition = execution.planned.eventsSchema.getSubscriptionType()?.getFields()[field];
    if (!(source && definition)) throw new AppError('UNAVAILABLE', 'This gateway has no events for this subscription.');
    const answers = new LiveAnswers({ ...this.#options, demand, execution, field, onClosed: () => this.#open.delete(answers) });
    const { planned, variables, context } = execution;
    this.#open.add(answers);
    answers.listen(source, getArgumentValues(definition, planned.field, plannersVariables(planned, variables)), context);
    return answers;
  }

  #executionOf({ document, variables: given, context, cost }: Demand, operation: PlannedOperation): Execution {
    const { sources, planning } = this.#options;
    if (sources === null)
      throw new AppError('UNAVAILABLE', 'Subscriptions are not served here: this gateway is not connected to the event log.');
    this.#planner ??= createSubscriptionPlanner(planning.current());
    const planned = this.#planner.subscriptionOf(operation, document);
    const coerced = coerceVariables(planned.schemas.apiSchema, operation.operation, given ?? {});
    if (!coerced.ok) throw new AggregateError(coerced.errors, 'The variables are not what the operation asks for.');
    const variables = coerced.values;
    const answering = Object.entries(variables).filter(([name]) => planned.answering.has(name));
    const isRegistered = this.#options.isRegistered(document);
    // what waits for one caller's turn is nobody else's answer
    const sharedBy = isRegistered ? context.dedupKey : `${context.dedupKey} ${context.rateKey}`;
    const key = JSON.stringify([planned.key, answering, sharedBy]);
    return { planned, variables, context, key, cost: isRegistered ? null : cost };
  }

  #replanAll(): void {
    this.#generation += 1;
    this.#planner = null;
    for (const answers of [...this.#open]) this.#replan(answers);
  }

  #replan(answers: LiveAnswers): void {
    const replannedFor = this.#generation;
    this.#executionAnew(answers.demand).then(
      (next) => {
        if (replannedFor === this.#generation) answers.goOnWith(next);
      },
      (error: unknown) => {
        if (replannedFor === this.#generation) answers.finish(noLongerValid(errorsOf(error, this.#options.presentError)));
      },
    );
  }

  async #executionAnew(demand: Demand): Promise<Execution> {
    const problems = this.#options.validate(demand.document);
    if (problems.length > 0) throw new AggregateError(problems, 'The document is not valid any more.');
    const { document, operationName, variables = {}, context } = demand;
    const planned = await this.#options.planning.current().plan(document, operationName, variables ?? {}, placeOf(context));
    return this.#executionOf(demand, planned);
  }
}

type LiveAnswersOptions = Pick<LiveSubscriptionsOptions, 'executor' | 'deliveries' | 'queuedUpdates' | 'metrics' | 'presentError'> & {
  readonly demand: Demand;
  readonly execution: Execution;
  readonly field: string;
  onClosed(): void;
};

/** The answers of one subscription, one for each update. An iterator by hand: `return()` of an async generator would wait for the pending `next()`. */
class LiveAnswers implements Answers {
  readonly demand: Demand;
  readonly #options: LiveAnswersOptions;
  readonly #queue: Queue<Update>;
  #execution: Execution;
  #endSource: () => void = () => undefined;
  #isOpen = true;
  /** Updates that are not answered yet. */
  #waiting = 0;

  constructor(options: LiveAnswersOptions) {
    this.demand = options.demand;
    this.#options = options;
    this.#execution = options.execution;
    this.#queue = new Queue<Update>(options.queuedUpdates);
    options.metrics.subscriptions.inc({ field: options.field });
  }

  /** @throws AppError when the source cannot serve the arguments. */
  listen(source: Source, args: Parameters<Source>[0], context: GatewayContext): void {
    try {
      this.#endSource = source(args, context, {
        show: (update) => this.#show(update),
        complete: () => this.#queue.end(),
        fail: (error) => this.#queue.end(this.#options.presentError(error)),
      });
    } catch (error) {
      this.#close();
      throw error;
    }
    // it may have shown more at once than may wait
    if (!this.#isOpen) this.#endSource();
  }

  goOnWith(execution: Execution): void {
    this.#execution = execution;
  }

  finish(error?: GraphQLError): void {
    this.#queue.cut(error);
    this.#close();
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    const update = await this.#pull();
    if (update === null) return { done: true, value: undefined };
    const value = await this.#options.executor.execute(this.#execution, update);
    this.#waiting -= 1;
    this.#options.metrics.deliveries.inc({ field: this.#options.field });
    this.#options.deliveries.delivered(this.#options.field, update);
    return { done: false, value };
  }

  return(): Promise<IteratorResult<ExecutionResult>> {
    this.finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #show(update: Update): void {
    if (!this.#queue.push(update)) {
      this.finish(tooSlow());
      return;
    }
    this.#options.deliveries.received(update);
    this.#waiting += 1;
    // its answer is shared with the one that is asked for when its turn comes
    if (this.#waiting <= readAhead) void this.#options.executor.execute(this.#execution, update);
  }

  async #pull(): Promise<Update | null> {
    try {
      const update = await this.#queue.pull();
      if (update === null) this.#close();
      // closed in between: what is left in the queue is its end
      return this.#isOpen ? update : await this.#queue.pull();
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#endSource();
    this.#options.onClosed();
    this.#options.metrics.subscriptions.dec({ field: this.#options.field });
  }
}

function errorsOf(error: unknown, presentError: (error: unknown) => GraphQLError): GraphQLError[] {
  return (error instanceof AggregateError ? error.errors : [error]).map(presentError);
}
