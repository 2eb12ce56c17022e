import { Signal } from './signal.ts';
import { addEvent, type TimelineEvent } from './timeline.ts';

/** One subscription that was started in a tab. */
export type Run = {
  readonly name: string;
  readonly state: 'running' | 'stopped' | 'ended';
  readonly events: readonly TimelineEvent[];
};

export type Runs = {
  /** The run of a tab, the last one; undefined when none was started there. */
  of(tab: string): Run | undefined;
  /**
   * Begins one, in place of the tab's last. What is returned gives its answers to the editor; when the editor lets go of it because
   * when another tab is shown, the run continues; otherwise it was stopped.
   */
  start(tab: string, name: string, source: AsyncIterable<unknown>): AsyncIterableIterator<unknown>;
  stop(tab: string): void;
  /** Another tab is shown: the editor gets nothing more of the others, which go on. */
  show(tab: string): void;
  /** Forgets those whose tabs are closed. */
  keepOnly(tabs: readonly string[]): void;
  watch: Signal<unknown>['watch'];
};

type Live = { run: Run; readonly source: AsyncIterator<unknown>; view: RunView | null };

/** Subscriptions go on while their tabs are open, whichever is shown. */
export function createRuns(options: { shownTab(): string; now(): number }): Runs {
  const lives = new Map<string, Live>();
  const changes = new Signal(0);
  const update = (live: Live, next: Partial<Run>) => {
    live.run = { ...live.run, ...next };
    changes.set(changes.get() + 1);
  };

  function end(live: Live, state: Run['state']): void {
    if (live.run.state !== 'running') return;
    update(live, { state });
    live.view?.end();
    // a source that is waiting for its next answer ends when it is closed; it is not awaited
    live.source.return?.()?.catch(() => undefined);
  }

  function failed(live: Live, error: unknown): void {
    if (live.run.state !== 'running') return;
    update(live, { state: 'ended', events: addEvent(live.run.events, { errors: asErrors(error) }, options.now()) });
    live.view?.fail(error);
  }

  async function drain(live: Live): Promise<void> {
    let { done, value } = await live.source.next();
    while (done !== true && live.run.state === 'running') {
      update(live, { events: addEvent(live.run.events, value, options.now()) });
      live.view?.push(value);
      ({ done, value } = await live.source.next());
    }
    end(live, 'ended');
  }

  const runs: Runs = {
    of: (tab) => lives.get(tab)?.run,
    watch: changes.watch,
    stop(tab) {
      const live = lives.get(tab);
      if (live) end(live, 'stopped');
    },
    show(shown) {
      for (const [tab, live] of lives) {
        if (tab === shown) continue;
        live.view?.end();
        live.view = null;
      }
    },
    keepOnly(tabs) {
      for (const [tab, live] of lives) {
        if (tabs.includes(tab)) continue;
        end(live, 'stopped');
        lives.delete(tab);
      }
    },
    start(tab, name, source) {
      runs.stop(tab);
      const live: Live = { run: { name, state: 'running', events: [] }, source: source[Symbol.asyncIterator](), view: null };
      const view = new RunView(() => {
        live.view = null;
        // the editor lets go first and shows the other tab then
        queueMicrotask(() => {
          if (options.shownTab() === tab) end(live, 'stopped');
        });
      });
      live.view = view;
      lives.set(tab, live);
      changes.set(changes.get() + 1);
      drain(live).catch((error: unknown) => failed(live, error));
      return view;
    },
  };
  return runs;
}

/** A queue between a run and the editor; `onLeave` when the editor wants no more. */
class RunView implements AsyncIterableIterator<unknown> {
  readonly #onLeave: () => void;
  readonly #waiting: unknown[] = [];
  #failure: { error: unknown } | null = null;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  push(answer: unknown): void {
    this.#waiting.push(answer);
    this.#wake();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.end();
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  async next(): Promise<IteratorResult<unknown>> {
    while (this.#waiting.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#waiting.length > 0) return { done: false, value: this.#waiting.shift() };
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure.error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<unknown>> {
    if (!this.#isOver) {
      this.end();
      this.#onLeave();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** graphql-ws throws a list of GraphQL errors, a close event, or an error. */
function asErrors(error: unknown): unknown[] {
  if (Array.isArray(error)) return error;
  if (error instanceof Error) return [{ message: error.message }];
  const reason = error !== null && typeof error === 'object' && 'reason' in error ? String(error.reason) : '';
  return [{ message: reason === '' ? 'The connection was closed.' : reason }];
}
