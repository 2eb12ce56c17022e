type Line<Item> = { readonly items: Item[]; startsAt: number };

/**
 * Work of many callers that is done one after the other: next comes who has been served least while others waited, so that a caller who brings much
 * waits for itself. Start-time fair queueing (Goyal, Vin, Cheng 1996), with what serving took for the length of the work.
 */
export class FairQueue<Item> {
  readonly #maxWaiting: number;
  readonly #lines = new Map<string, Line<Item>>();
  /** Where the one who was served last had begun, in the time of serving. */
  #clock = 0;
  #waiting = 0;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** Null when there is room. Otherwise the item to reject: the latest one of the caller with the most waiting items, which may be `item` itself. */
  push(caller: string, item: Item): Item | null {
    // with nobody to be fair to, nothing need be remembered
    if (this.#waiting === 0) this.#lines.clear();
    this.#lineOf(caller).items.push(item);
    this.#waiting += 1;
    if (this.#waiting <= this.#maxWaiting) return null;
    this.#waiting -= 1;
    const longest = [...this.#lines.values()].reduce((one, other) => (other.items.length >= one.items.length ? other : one));
    return longest.items.pop() ?? null;
  }

  /** What `take` would return. */
  peek(): Item | undefined {
    return this.#next()?.[1].items[0];
  }

  take(): Item | undefined {
    const next = this.#next();
    if (next === undefined) return undefined;
    const [, { items, startsAt }] = next;
    this.#clock = startsAt;
    this.#waiting -= 1;
    for (const [caller, line] of this.#lines) if (line.items.length === 0 && line.startsAt < this.#clock) this.#lines.delete(caller);
    return items.shift();
  }

  /** How long something of this caller has taken. */
  served(caller: string, ms: number): void {
    this.#lineOf(caller).startsAt += ms;
  }

  /** Everything that waits, which then does not any more. */
  clear(): Item[] {
    const items = [...this.#lines.values()].flatMap((line) => line.items);
    this.#lines.clear();
    this.#waiting = 0;
    return items;
  }

  #lineOf(caller: string): Line<Item> {
    const line = this.#lines.get(caller) ?? { items: [], startsAt: this.#clock };
    if (line.items.length === 0) line.startsAt = Math.max(line.startsAt, this.#clock);
    this.#lines.set(caller, line);
    return line;
  }

  #next(): [string, Line<Item>] | undefined {
    let next: [string, Line<Item>] | undefined;
    for (const entry of this.#lines)
      if (entry[1].items.length > 0 && (next === undefined || entry[1].startsAt < next[1].startsAt)) next = entry;
    return next;
  }
}
