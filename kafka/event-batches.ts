import type { Fact, FactType } from './contracts.ts';

export type Wave = { readonly type: FactType; readonly facts: readonly Fact[] };

/**
 * Groups facts by type for set-based handling: within a wave each key occurs once, and the facts of a key keep their order over the waves.
 * Facts of different keys have no order among each other, so those of one type come together.
 */
export function toWaves(facts: readonly Fact[]): Wave[] {
  const depths = new Map<string, number>();
  const levels: Map<FactType, Fact[]>[] = [];
  for (const fact of facts) {
    const depth = depths.get(fact.key) ?? 0;
    depths.set(fact.key, depth + 1);
    const level = levels[depth] ?? new Map<FactType, Fact[]>();
    levels[depth] = level;
    const wave = level.get(fact.type) ?? [];
    level.set(fact.type, wave);
    wave.push(fact);
  }
  return levels.flatMap((level) => [...level].map(([type, wave]) => ({ type, facts: wave })));
}
