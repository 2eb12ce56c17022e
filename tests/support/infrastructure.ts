export type Parts = { readonly folder: string; stop(): Promise<void> };

const name = Symbol.for('marigold.test-parts');
// Jest may load start-parts.ts and stop-parts.ts apart from each other, but within one process
const all = globalThis as typeof globalThis & { [name]?: Parts };

/** For stop-parts.ts: what start-parts.ts started. */
export function handOver(parts: Parts): void {
  all[name] = parts;
}

export function takeOver(): Parts | undefined {
  const parts = all[name];
  delete all[name];
  return parts;
}
