export type Parts = { readonly folder: string; stop(): Promise<void> };

const name = Symbol.for('marigold.test-components');
// Jest may load start-components.ts and stop-components.ts apart from each other, but within one process
const all = globalThis as typeof globalThis & { [name]?: Parts };

/** For stop-components.ts: what start-components.ts started. */
export function handOver(components: Parts): void {
  all[name] = components;
}

export function takeOver(): Parts | undefined {
  const components = all[name];
  delete all[name];
  return components;
}
