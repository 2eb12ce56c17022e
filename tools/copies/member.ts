import type { RunningComponent, SupervisedProcess } from '../dev/supervised-process.ts';

/** One process of a system of copies, for those who disturb it. */
export type Member = {
  /** order-1, gateway-2, kafka-3, postgres, redis */
  readonly name: string;
  /** Null between two lives. */
  readonly pid: number | null;
  /** SIGKILL ends it at once and SIGSTOP pauses it until SIGCONT; one that ends is started again. */
  kill(signal: NodeJS.Signals): void;
  /** Ends it in order, as an orchestrator does, until `start`. */
  stop(): Promise<void>;
  /** Resolves when it is ready. */
  start(): Promise<void>;
};

export type MemberOptions = {
  readonly name: string;
  readonly process: SupervisedProcess<RunningComponent>;
  /** How long it may take to end in order; then it is ended by force. */
  readonly stopWithinMs: number;
  /** Called before it is told to end. */
  readonly beforeStop?: () => void;
  /** Resolves when the next one may be taken away, after this one has become ready. */
  readonly settled?: () => Promise<void>;
};

export function memberOf({ name, process, stopWithinMs, beforeStop, settled }: MemberOptions): Member {
  return {
    name,
    get pid() {
      return process.current()?.pid ?? null;
    },
    kill: (signal) => process.kill(signal),
    async stop() {
      beforeStop?.();
      await process.stop(stopWithinMs);
    },
    async start() {
      await process.start();
      await settled?.();
    },
  };
}
