import type { LoggedProblem } from './service-log.ts';

export const foldForMs = 30_000;

/**
 * Reports a problem at once; repeats by the same service are counted for half a minute, then reported once with their number.
 * @param report `again`: repeats since the last report; 0 the first time.
 */
export function foldRepeats(report: (name: string, problem: LoggedProblem, again: number) => void) {
  const counted = new Map<string, { again: number; timer: NodeJS.Timeout }>();

  function count(key: string, name: string, problem: LoggedProblem): void {
    const timer = setTimeout(() => {
      const again = counted.get(key)?.again ?? 0;
      counted.delete(key);
      if (again === 0) return;
      report(name, problem, again);
      count(key, name, problem);
    }, foldForMs);
    timer.unref();
    counted.set(key, { again: 0, timer });
  }

  return {
    add(name: string, problem: LoggedProblem): void {
      const key = `${name}\n${problem.level}\n${problem.message}`;
      const known = counted.get(key);
      if (known) {
        known.again += 1;
        return;
      }
      report(name, problem, 0);
      count(key, name, problem);
    },
    close(): void {
      for (const { timer } of counted.values()) clearTimeout(timer);
      counted.clear();
    },
  };
}
