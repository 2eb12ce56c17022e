import type { Member } from './member.ts';

export type Restart = { readonly name: string; readonly seconds: number };

/** What is restarted, in order: each copy of each subgraph, each gateway, each broker. Stores of which there is one are not. */
export function restartOrder<One extends { readonly name: string }>(members: readonly One[]): One[] {
  const rank = ({ name }: One) => (/^kafka-/.test(name) ? 2 : /^gateway-/.test(name) ? 1 : /-\d+$/.test(name) ? 0 : null);
  return members.filter((member) => rank(member) !== null).toSorted((a, b) => (rank(a) ?? 0) - (rank(b) ?? 0) || byName(a.name, b.name));
}

const byName = (a: string, b: string) => (a < b ? -1 : 1);

/** Restarts one after the other, each when the one before is ready again. */
export async function restartAll(
  members: readonly Member[],
  stopping: AbortSignal,
  onRestarted: (restart: Restart, count: number) => void,
): Promise<Restart[]> {
  const done: Restart[] = [];
  for (const member of restartOrder(members)) {
    stopping.throwIfAborted();
    const begun = performance.now();
    await member.stop();
    await member.start();
    const restart = { name: member.name, seconds: (performance.now() - begun) / 1000 };
    done.push(restart);
    onRestarted(restart, done.length);
  }
  return done;
}
