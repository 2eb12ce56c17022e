/** Something in an answer that is not as it was; `before` is missing for the first answer. */
export type Change = { readonly path: string; readonly before?: string; readonly after: string };

export type TimelineEvent = {
  /** Counts from one. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds after the event before; null for the first. */
  readonly afterMs: number | null;
  readonly changes: readonly Change[];
  /** The messages of the errors that came with it. */
  readonly errors: readonly string[];
  readonly data: unknown;
};

type Answer = { readonly data?: unknown; readonly errors?: unknown };

/** How many events a timeline keeps; the oldest go. */
export const mostEvents = 500;

/** The timeline with one more answer. */
export function addEvent(events: readonly TimelineEvent[], answer: unknown, at: number): readonly TimelineEvent[] {
  const { data = null, errors }: Answer = isRecord(answer) ? answer : {};
  const last = events.at(-1);
  const id = idOf(data);
  // a feed covers many objects: the change is found by comparison with the last result for the same one
  const before = id === null ? last : events.findLast((event) => idOf(event.data) === id);
  const event: TimelineEvent = {
    number: (last?.number ?? 0) + 1,
    at,
    afterMs: last === undefined ? null : at - last.at,
    changes: changesBetween(before?.data, data),
    errors: messagesOf(errors),
    data,
  };
  return [...events.slice(-mostEvents + 1), event];
}

/** Every leaf that differs, by its path below the root field. */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const old = leavesOf(before);
  const now = leavesOf(after);
  const gone = [...old].filter(([path]) => !now.has(path)).map(([path, value]) => ({ path, before: value, after: '–' }));
  const changed = [...now].flatMap(([path, value]) => {
    const was = old.get(path);
    if (was === value) return [];
    return [was === undefined ? { path, after: value } : { path, before: was, after: value }];
  });
  return [...changed, ...gone];
}

function leavesOf(data: unknown): Map<string, string> {
  return new Map(leavesIn(rootOf(data), []));
}

function leavesIn(value: unknown, path: readonly string[]): [string, string][] {
  const children = Array.isArray(value)
    ? value.map((item: unknown, index) => [String(index + 1), item] as const)
    : isRecord(value)
      ? Object.entries(value).filter(([name]) => name !== '__typename')
      : null;
  if (children !== null) return children.flatMap(([name, item]) => leavesIn(item, [...path, name]));
  if (path.length === 0) return [];
  return [[path.join('.'), typeof value === 'string' ? value : JSON.stringify(value ?? null)]];
}

/** What the only root field holds: its name is the same in every event. */
function rootOf(data: unknown): unknown {
  const [first, ...others] = isRecord(data) ? Object.values(data) : [];
  return others.length === 0 && isRecord(first) ? first : data;
}

function idOf(data: unknown): string | null {
  const root = rootOf(data);
  return isRecord(root) && typeof root['id'] === 'string' ? root['id'] : null;
}

function messagesOf(errors: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  return errors.map((error: unknown) =>
    isRecord(error) && typeof error['message'] === 'string' ? error['message'] : 'An error without a message.',
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
