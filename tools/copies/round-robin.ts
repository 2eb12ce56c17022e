/** One copy of a service, as a proxy knows it. */
export type Target = { readonly name: string; readonly port: number };

/**
 * Which copy is next to be given a connection: each that is ready in its turn, or always the preferred one while it is ready. Those that were
 * `tried` for this connection are left out. Null when there is none.
 */
export class RoundRobin {
  readonly #targets: readonly Target[];
  readonly #preferred: string | undefined;
  readonly #ready = new Set<string>();
  #turn = 0;

  constructor(targets: readonly Target[], preferred?: string) {
    this.#targets = targets;
    this.#preferred = preferred;
  }

  setReady(name: string, isReady: boolean): void {
    if (isReady) this.#ready.add(name);
    else this.#ready.delete(name);
  }

  next(tried: ReadonlySet<string> = new Set()): Target | null {
    const usable = this.#targets.filter(({ name }) => this.#ready.has(name) && !tried.has(name));
    const preferred = usable.find(({ name }) => name === this.#preferred);
    if (preferred !== undefined) return preferred;
    const chosen = usable[this.#turn % usable.length];
    this.#turn += 1;
    return chosen ?? null;
  }
}
