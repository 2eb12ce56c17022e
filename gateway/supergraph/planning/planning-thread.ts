import { Worker } from 'node:worker_threads';
import { graphqlError, RequestError } from '../../pipeline/request-error.ts';
import type { Mistake } from '../../pipeline/validate/validation.ts';
import { FairQueue } from './fair-queue.ts';
import type { SchemaTask } from './schema-tasks.ts';

type Wanted = {
  readonly sdl: string;
  /** Whose turn it takes; null for what belongs to a registered operation, which comes first. */
  readonly caller: string | null;
};

/**
 * Does for a supergraph what may take long, one task at a time, beside the event loop.
 * Each throws RequestError: OPERATION_TOO_LARGE when it takes too long, UNAVAILABLE when too many of its caller wait. Another error is a bug.
 */
export type PlanningThread = {
  /** The plan of an operation as JSON, `null` when no subgraph has anything to do with it. */
  plan(wanted: Wanted & { readonly operation: string }): Promise<string>;
  /** The mistakes of a document that parses. */
  validate(wanted: Wanted & { readonly document: string; readonly introspection: boolean }): Promise<readonly Mistake[]>;
  /** What the schema itself answers to a valid operation, as JSON. */
  introspect(wanted: Wanted & { readonly document: string; readonly variables: Readonly<Record<string, unknown>> }): Promise<string>;
  /** Resolves when it is ready for this supergraph. */
  load(sdl: string): Promise<void>;
  /** Ends the thread when what was asked for is answered. */
  close(): void;
};

export type PlanningThreadOptions = {
  readonly timeoutMs: number;
  /** Tasks of unknown operations that wait at the most; those go of whom most are waiting. */
  readonly maxWaiting: number;
};

type Job = {
  readonly sdl: string;
  readonly caller: string | null;
  /** Null for nothing but the supergraph. */
  readonly task: SchemaTask | null;
  readonly resolve: (result: string) => void;
  readonly reject: (error: unknown) => void;
};
type Message = 'ready' | { readonly result: string } | { readonly problem: string };

const memoryMb = 256;
const tooMany = 'Too many new operations are being planned at the moment. Try again soon.';
const participle = { plan: 'planned', validate: 'validated', introspect: 'answered' } as const;

/** Its thread starts with the first task, continues with the next supergraph, and is replaced after an operation that took too long. */
export function createPlanningThread(options: PlanningThreadOptions): PlanningThread {
  return new PlanningWorker(options);
}

class PlanningWorker implements PlanningThread {
  readonly #timeoutMs: number;
  readonly #known: Job[] = [];
  readonly #unknown: FairQueue<Job>;
  #worker: Worker | null = null;
  /** The supergraph that the worker has the planner of. */
  #served: string | null = null;
  /** It is making another one. */
  #isLoading = false;
  #current: Job | null = null;
  #begunAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor({ timeoutMs, maxWaiting }: PlanningThreadOptions) {
    this.#timeoutMs = timeoutMs;
    this.#unknown = new FairQueue(maxWaiting);
  }

  plan(wanted: Wanted & { readonly operation: string }): Promise<string> {
    return this.#run(wanted, { kind: 'plan', operation: wanted.operation });
  }

  async validate(wanted: Wanted & { readonly document: string; readonly introspection: boolean }): Promise<readonly Mistake[]> {
    const { document, introspection } = wanted;
    return JSON.parse(await this.#run(wanted, { kind: 'validate', document, introspection })) as Mistake[];
  }

  introspect(wanted: Wanted & { readonly document: string; readonly variables: Readonly<Record<string, unknown>> }): Promise<string> {
    const { document, variables } = wanted;
    return this.#run(wanted, { kind: 'introspect', document, variables });
  }

  async load(sdl: string): Promise<void> {
    await new Promise<string>((resolve, reject) => {
      this.#known.push({ sdl, caller: null, task: null, resolve, reject });
      this.#work();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#work();
  }

  #run({ sdl, caller }: Wanted, task: SchemaTask): Promise<string> {
    return new Promise((resolve, reject) => {
      const job = { sdl, caller, task, resolve, reject };
      if (caller === null) this.#known.push(job);
      else this.#unknown.push(caller, job)?.reject(new RequestError([graphqlError('UNAVAILABLE', tooMany)]));
      this.#work();
    });
  }

  /** Begins the next job when the worker has none; registered operations come first, then who was served least. */
  #work(): void {
    if (this.#current !== null || this.#isLoading) return;
    const next = this.#known[0] ?? this.#unknown.peek();
    if (next === undefined) {
      if (this.#isClosed) this.#end();
      return;
    }
    this.#worker ??= this.#start();
    if (next.sdl === this.#served) this.#begin(this.#worker, next);
    else this.#loadInto(this.#worker, next.sdl);
  }

  #loadInto(worker: Worker, sdl: string): void {
    this.#isLoading = true;
    this.#served = sdl;
    worker.postMessage({ sdl });
  }

  #begin(worker: Worker, job: Job): void {
    if (this.#known[0] === job) this.#known.shift();
    else this.#unknown.take();
    this.#current = job;
    this.#begunAt = performance.now();
    if (job.task === null) {
      this.#finish(({ resolve }) => resolve('null'));
      this.#work();
      return;
    }
    this.#timer = setTimeout(() => this.#giveUp(), this.#timeoutMs);
    worker.postMessage(job.task);
  }

  #giveUp(): void {
    this.#end();
    const messageOf = (job: Job) =>
      `The operation could not be ${participleOf(job)} within ${this.#timeoutMs} ms: ask for less of it at a time, or for other fields where one alone takes so long.`;
    this.#finish((job) => job.reject(new RequestError([graphqlError('OPERATION_TOO_LARGE', messageOf(job))])));
    this.#work();
  }

  #finish(settle: (job: Job) => void): void {
    clearTimeout(this.#timer);
    const job = this.#current;
    this.#current = null;
    if (job === null) return;
    if (job.caller !== null) this.#unknown.served(job.caller, performance.now() - this.#begunAt);
    settle(job);
  }

  #start(): Worker {
    const started = new Worker(new URL('./planning-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    started.unref();
    started.on('message', (message: Message) => {
      if (started === this.#worker) this.#receive(message);
    });
    started.on('error', (cause) => this.#lose(started, new Error('The planning thread has failed.', { cause })));
    started.on('exit', () => this.#lose(started, new Error('The planning thread has ended.')));
    return started;
  }

  #receive(message: Message): void {
    if (message === 'ready') this.#isLoading = false;
    else if ('result' in message) this.#finish((job) => job.resolve(message.result));
    else this.#finish((job) => job.reject(new Error(`An operation could not be ${participleOf(job)}: ${message.problem}`)));
    this.#work();
  }

  /** What was planned when the thread ended may be what ended it. One that ends before it is ready would do so again. */
  #lose(lost: Worker, error: Error): void {
    if (lost !== this.#worker) return;
    const wasLoading = this.#isLoading;
    this.#forget();
    this.#finish((job) => job.reject(error));
    if (wasLoading) for (const job of [...this.#known.splice(0), ...this.#unknown.clear()]) job.reject(error);
    this.#work();
  }

  #end(): void {
    const ended = this.#worker;
    this.#forget();
    void ended?.terminate();
  }

  #forget(): void {
    this.#worker = null;
    this.#served = null;
    this.#isLoading = false;
  }
}

function participleOf({ task }: Job): string {
  return participle[task?.kind ?? 'plan'];
}
