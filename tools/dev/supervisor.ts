import type { RunningComponent, SupervisedProcess } from './supervised-process.ts';

/** In which order components are stopped: who is asked first, who is asked by others, what they stand on. */
export type Rank = 'door' | 'service' | 'infrastructure';

export type Supervisor = {
  /** Starts a component and stops it with the others; rejects at once when the supervisor is stopping. */
  add<Running extends RunningComponent>(component: SupervisedProcess<Running>, rank: Rank): Promise<void>;
  /** Ends all within five seconds, in order; calling it again waits for the same end. */
  stop(): Promise<void>;
  /** Ends all now. */
  kill(): void;
};

/** Together less than the five seconds within which Ctrl-C ends the shop. */
const stopWithinMs: Readonly<Record<Rank, number>> = { door: 1200, service: 1500, infrastructure: 1900 };

/** The components that one shop consists of, so that all of them end with it, whenever that is. */
export function createSupervisor(): Supervisor {
  const components: { component: SupervisedProcess<RunningComponent>; rank: Rank }[] = [];
  let stopping: Promise<void> | null = null;
  const stopAll = async () => {
    for (const rank of ['door', 'service', 'infrastructure'] as const) {
      await Promise.all(components.filter((member) => member.rank === rank).map(({ component }) => component.stop(stopWithinMs[rank])));
    }
  };
  return {
    add(component, rank) {
      if (stopping !== null) return Promise.reject(new Error('The shop is stopping.'));
      components.push({ component, rank });
      return component.start();
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
    kill() {
      for (const { component } of components) {
        // so that it is not started again
        component.stop(0).catch(() => undefined);
        component.kill('SIGKILL');
      }
    },
  };
}
