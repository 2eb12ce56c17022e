export type WakeSignal = {
  ring(): void;
  /** Resolves when the wakeSignal rings, at once if it rang since the last wait, or after `withinMs`. */
  wait(withinMs?: number): Promise<void>;
};

/** Wakes one waiting loop; signals sent while it does not wait are merged into one. */
export function createWakeSignal(): WakeSignal {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(withinMs) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = withinMs === undefined ? undefined : setTimeout(resolve, withinMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = undefined;
      rung = false;
    },
  };
}
