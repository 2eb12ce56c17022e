import type { LoggedProblem } from './service-log.ts';

export const foldForMs = 30_000;

/**
 * A problem is told at once; the same one of the same service only counted for half a minute, then told once more with how often it came.
 * @param tell `again`: how often it came since it was told last; 0 the first time.
 */
export function foldRepeats(tell: (name: string, problem: LoggedProblem, again: number) => void) {
  const counted = new Map<string, { again: number; timer: NodeJS.Timeout }>();

  function count(key: string, name: string, problem: LoggedProblem): void {
    const timer = setTimeout(() => {
      const again = counted.get(key)?.again ?? 0;
      counted.delete(key);
      if (again === 0) return;
      tell(name, problem, again);
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
      tell(name, problem, 0);
      count(key, name, problem);
    },
    close(): void {
      for (const { timer } of counted.values()) clearTimeout(timer);
      counted.clear();
    },
  };
}
