import type { KeptPart, RunningPart } from './keep-running.ts';

/** In which order parts are stopped: who is asked first, who is asked by others, what they stand on. */
export type Rank = 'door' | 'service' | 'ground';

export type Crew = {
  /** Starts a part and stops it with the others; rejects at once when the crew is stopping. */
  add<Running extends RunningPart>(part: KeptPart<Running>, rank: Rank): Promise<void>;
  /** Ends all within five seconds, in order; calling it again waits for the same end. */
  stop(): Promise<void>;
  /** Ends all now. */
  kill(): void;
};

/** Together less than the five seconds within which Ctrl-C promises to end. */
const stopWithinMs: Readonly<Record<Rank, number>> = { door: 1200, service: 1500, ground: 1900 };

/** The parts that one shop consists of, so that all of them end with it, whenever that is. */
export function createCrew(): Crew {
  const parts: { part: KeptPart<RunningPart>; rank: Rank }[] = [];
  let stopping: Promise<void> | null = null;
  const stopAll = async () => {
    for (const rank of ['door', 'service', 'ground'] as const) {
      await Promise.all(parts.filter((member) => member.rank === rank).map(({ part }) => part.stop(stopWithinMs[rank])));
    }
  };
  return {
    add(part, rank) {
      if (stopping !== null) return Promise.reject(new Error('The shop is stopping.'));
      parts.push({ part, rank });
      return part.start();
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
    kill() {
      for (const { part } of parts) {
        // so that it is not started again
        part.stop(0).catch(() => undefined);
        part.kill('SIGKILL');
      }
    },
  };
}
