import type { RunningComponent, SupervisedProcess } from './supervised-process.ts';

/** In which order components are stopped: who is asked first, who is asked by others, what they stand on. */
export type Rank = 'door' | 'service' | 'infrastructure';

/** Together less than the five seconds within which Ctrl-C ends the shop. */
const stopWithinMs: Readonly<Record<Rank, number>> = { door: 1200, service: 1500, infrastructure: 1900 };

/** The components that one shop consists of, so that all of them end with it, whenever that is. */
export class Supervisor {
  readonly #components: { component: SupervisedProcess<RunningComponent>; rank: Rank }[] = [];
  #stopping: Promise<void> | null = null;

  /** Starts a component and stops it with the others; rejects at once when the supervisor is stopping. */
  add<Running extends RunningComponent>(component: SupervisedProcess<Running>, rank: Rank): Promise<void> {
    if (this.#stopping !== null) return Promise.reject(new Error('The shop is stopping.'));
    this.#components.push({ component, rank });
    return component.start();
  }

  /** Ends all within five seconds, in order; calling it again waits for the same end. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  /** Ends all now. */
  kill(): void {
    for (const { component } of this.#components) {
      // so that it is not started again
      component.stop(0).catch(() => undefined);
      component.kill('SIGKILL');
    }
  }

  async #stopAll(): Promise<void> {
    for (const rank of ['door', 'service', 'infrastructure'] as const) {
      const members = this.#components.filter((member) => member.rank === rank);
      await Promise.all(members.map(({ component }) => component.stop(stopWithinMs[rank])));
    }
  }
}
