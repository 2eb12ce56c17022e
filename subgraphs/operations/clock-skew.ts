import type { RecordedSpan } from '#platform/tracing/span-lines.ts';

/** By how much the clock of an instance may be moved, in ms. */
type Range = { readonly least: number; readonly most: number };
type Edge = { readonly parent: RecordedSpan; readonly child: RecordedSpan };

/** Clocks of one machine differ by less; times that were taken in whole milliseconds, too. */
const toleranceMs = 2;

/**
 * The spans of one trace on one clock, that of the instance which began it. As Jaeger does it (model/adjuster/clockskew.go), what a call
 * caused is moved into the call; but with all spans of its instance together, and by what all spans that cross between two instances say:
 * a call lies within what called it, a message is processed after it began to be sent. An instance is moved only as far as it must.
 */
export function correctClocks(spans: readonly RecordedSpan[]): RecordedSpan[] {
  const crossing = crossingEdges(spans);
  const shifts = new Map<string, number>();
  const instances = [...new Set(rootsFirst(spans).map(({ instance }) => instance))];
  for (;;) {
    const next = instances.find((name) => !shifts.has(name) && crossing.some((edge) => isBetween(edge, name, shifts)));
    const start = next ?? instances.find((name) => !shifts.has(name));
    if (start === undefined) break;
    shifts.set(start, next === undefined ? 0 : shiftOf(rangeOf(start, crossing, shifts)));
  }
  return spans.map((span) => moved(span, shifts.get(span.instance) ?? 0));
}

/** What began the trace, and after it what has lost its parent. */
function rootsFirst(spans: readonly RecordedSpan[]): RecordedSpan[] {
  const known = new Set(spans.map(({ id }) => id));
  const rank = ({ parentId }: RecordedSpan) => (parentId === null ? 0 : known.has(parentId) ? 2 : 1);
  return spans.toSorted((one, other) => rank(one) - rank(other) || one.startMs - other.startMs);
}

function crossingEdges(spans: readonly RecordedSpan[]): Edge[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  return spans.flatMap((child) => {
    const parent = byId.get(child.parentId ?? '');
    return parent === undefined || parent.instance === child.instance ? [] : [{ parent, child }];
  });
}

const isBetween = ({ parent, child }: Edge, name: string, shifts: ReadonlyMap<string, number>): boolean =>
  (child.instance === name && shifts.has(parent.instance)) || (parent.instance === name && shifts.has(child.instance));

/** What all edges between `name` and the instances that are in place say together. */
function rangeOf(name: string, crossing: readonly Edge[], shifts: ReadonlyMap<string, number>): Range {
  const ranges = crossing
    .filter((edge) => isBetween(edge, name, shifts))
    .map(({ parent, child }) => {
      const isChild = child.instance === name;
      const placed = isChild ? moved(parent, shifts.get(parent.instance) ?? 0) : moved(child, shifts.get(child.instance) ?? 0);
      const range = isChild ? rangeOfChild(placed, child) : rangeOfChild(parent, placed);
      return isChild ? range : { least: -range.most, most: -range.least };
    });
  return {
    least: Math.max(...ranges.map(({ least }) => least)),
    most: Math.min(...ranges.map(({ most }) => most)),
  };
}

/** By how much the child may be moved so that it could have been caused by the parent. */
function rangeOfChild(parent: RecordedSpan, child: RecordedSpan): Range {
  const least = parent.startMs - child.startMs;
  const isCall = parent.kind === 'CLIENT' && child.kind === 'SERVER';
  // what lasts longer than its caller was not waited for to its end
  const mayEndLater = !isCall || child.endMs - child.startMs > parent.endMs - parent.startMs;
  return { least, most: mayEndLater ? Number.POSITIVE_INFINITY : parent.endMs - child.endMs };
}

function shiftOf({ least, most }: Range): number {
  if (least <= toleranceMs && most >= -toleranceMs) return 0;
  // in the middle, as if the way there and the way back took the same; contradictions are met halfway
  if (Number.isFinite(least) && Number.isFinite(most)) return (least + most) / 2;
  return Number.isFinite(least) ? least : most;
}

function moved(span: RecordedSpan, ms: number): RecordedSpan {
  return ms === 0 ? span : { ...span, startMs: span.startMs + ms, endMs: span.endMs + ms };
}
