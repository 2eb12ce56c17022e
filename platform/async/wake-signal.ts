export type WakeSignal = {
  ring(): void;
  /** Resolves when the wakeSignal rings, at once if it rang since the last wait, or after `withinMs`. */
  wait(withinMs?: number): Promise<void>;
};

/** Wakes one waiting loop; signals sent while it does not wait are merged into one. */
export function createWakeSignal(): WakeSignal {
  return new Signal();
}

class Signal implements WakeSignal {
  #isRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  async wait(withinMs?: number): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = withinMs === undefined ? undefined : setTimeout(resolve, withinMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#isRung = false;
  }
}
