import { Worker } from 'node:worker_threads';
import { Refused, refusal, refuse } from '../../pipeline/request-error.ts';
import type { Mistake } from '../../pipeline/validate/validation.ts';
import type { SchemaTask } from './schema-tasks.ts';

type Wanted = {
  readonly sdl: string;
  /** One of the registered operations, which come first. */
  readonly known: boolean;
};

/**
 * Does for a supergraph what may take long, one task at a time, beside the event loop.
 * Each throws Refused: OPERATION_TOO_LARGE when it takes too long, UNAVAILABLE when too many wait. Another error is a bug.
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
  /** Tasks of unknown operations that wait at the most. */
  readonly maxWaiting: number;
};

type Job = {
  readonly sdl: string;
  /** Null for nothing but the supergraph. */
  readonly task: SchemaTask | null;
  readonly resolve: (result: string) => void;
  readonly reject: (error: unknown) => void;
};
type Message = 'ready' | { readonly result: string } | { readonly problem: string };

const memoryMb = 256;
const participle = { plan: 'planned', validate: 'validated', introspect: 'answered' } as const;

/** Its thread begins with the first task, goes on with the next supergraph, and begins anew after an operation that had to be given up. */
export function createPlanningThread({ timeoutMs, maxWaiting }: PlanningThreadOptions): PlanningThread {
  const known: Job[] = [];
  const unknown: Job[] = [];
  let worker: Worker | null = null;
  /** What it has the planner of. */
  let served: string | null = null;
  /** It is making another one. */
  let isLoading = false;
  let current: Job | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function start(): Worker {
    const started = new Worker(new URL('./planning-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    started.unref();
    started.on('message', (message: Message) => {
      if (started !== worker) return;
      if (message === 'ready') isLoading = false;
      else if ('result' in message) finish((job) => job.resolve(message.result));
      else finish((job) => job.reject(new Error(`An operation could not be ${participleOf(job)}: ${message.problem}`)));
      work();
    });
    started.on('error', (cause) => lose(started, new Error('The thread that plans has failed.', { cause })));
    started.on('exit', () => lose(started, new Error('The thread that plans has ended.')));
    return started;
  }

  function finish(settle: (job: Job) => void): void {
    clearTimeout(timer);
    const job = current;
    current = null;
    if (job) settle(job);
  }

  /** What was planned when the thread ended may be what ended it. One that ends before it is ready would do so again. */
  function lose(lost: Worker, error: Error): void {
    if (lost !== worker) return;
    const wasLoading = isLoading;
    forget();
    finish((job) => job.reject(error));
    if (wasLoading) for (const job of [...known.splice(0), ...unknown.splice(0)]) job.reject(error);
    work();
  }

  function work(): void {
    if (current !== null || isLoading) return;
    const next = known[0] ?? unknown[0];
    if (next === undefined) {
      if (closed) end();
      return;
    }
    worker ??= start();
    if (next.sdl === served) begin(worker, next);
    else load(worker, next.sdl);
  }

  function load(loading: Worker, sdl: string): void {
    isLoading = true;
    served = sdl;
    loading.postMessage({ sdl });
  }

  function begin(planning: Worker, job: Job): void {
    (known[0] === job ? known : unknown).shift();
    current = job;
    if (job.task === null) {
      finish(({ resolve }) => resolve('null'));
      work();
      return;
    }
    timer = setTimeout(giveUp, timeoutMs);
    planning.postMessage(job.task);
  }

  function giveUp(): void {
    end();
    const messageOf = (job: Job) =>
      `The operation could not be ${participleOf(job)} within ${timeoutMs} ms: ask for less of it at a time, or for other fields where one alone takes so long.`;
    finish((job) => job.reject(new Refused([refusal('OPERATION_TOO_LARGE', messageOf(job))])));
    work();
  }

  function end(): void {
    const ended = worker;
    forget();
    void ended?.terminate();
  }

  function forget(): void {
    worker = null;
    served = null;
    isLoading = false;
  }

  function ask({ sdl, known: isKnown }: Wanted, task: SchemaTask): Promise<string> {
    return new Promise((resolve, reject) => {
      if (!isKnown && unknown.length >= maxWaiting) {
        refuse('UNAVAILABLE', 'Too many new operations are being planned at the moment. Try again soon.');
      }
      (isKnown ? known : unknown).push({ sdl, task, resolve, reject });
      work();
    });
  }

  return {
    plan: (wanted) => ask(wanted, { kind: 'plan', operation: wanted.operation }),
    async validate({ document, introspection, ...wanted }) {
      return JSON.parse(await ask(wanted, { kind: 'validate', document, introspection })) as Mistake[];
    },
    introspect: ({ document, variables, ...wanted }) => ask(wanted, { kind: 'introspect', document, variables }),
    async load(sdl) {
      await new Promise((resolve, reject) => {
        known.push({ sdl, task: null, resolve, reject });
        work();
      });
    },
    close() {
      closed = true;
      work();
    },
  };
}

function participleOf({ task }: Job): string {
  return participle[task?.kind ?? 'plan'];
}
