import type { TraceQuery } from '../../../../schema/operations/admin.types.ts';

export type Trace = NonNullable<TraceQuery['trace']>;
export type Span = Trace['spans'][number];

export type Row = {
  readonly span: Span;
  /** How many spans of the trace are above it. */
  readonly depth: number;
  /** The place of its bar on the time axis, and its length, in thousandths of the axis; a short one is still seen. */
  readonly x: number;
  readonly width: number;
  readonly tone: 'failed' | 'message' | 'work';
  /** What tells spans of the same name apart: the type of the event. */
  readonly detail: string | null;
};

const shortestBar = 4;

/** Whether a span is a statement of a database. */
export const isStatement = ({ attributes }: Span): boolean => attributes.some(({ name }) => name === 'db.system.name');

/**
 * The spans as an indented list: each below its parent, siblings as they began. A statement that failed is shown with the others hidden, too;
 * a span whose parent is missing stands at the margin.
 */
export function rowsOf({ spans, durationMs }: Trace, showStatements: boolean): readonly Row[] {
  const shown = spans.filter((span) => showStatements || span.isFailed || !isStatement(span));
  const known = new Set(shown.map(({ id }) => id));
  const children = Map.groupBy(shown, ({ parentId, id }) =>
    parentId !== null && parentId !== id && known.has(parentId) ? parentId : null,
  );
  const rows: Row[] = [];
  const seen = new Set<string>();
  const add = (span: Span, depth: number) => {
    if (seen.has(span.id)) return;
    seen.add(span.id);
    rows.push(rowOf(span, depth, durationMs));
    for (const child of children.get(span.id) ?? []) add(child, depth + 1);
  };
  for (const root of children.get(null) ?? []) add(root, 0);
  // spans that are each other's parents hang from no root
  for (const span of shown) add(span, 0);
  return rows;
}

function rowOf(span: Span, depth: number, durationMs: number): Row {
  const perMs = 1000 / Math.max(durationMs, 0.001);
  const width = Math.min(1000, Math.max(shortestBar, span.durationMs * perMs));
  return {
    span,
    depth,
    x: Math.min(span.startedAtMs * perMs, 1000 - width),
    width,
    tone: span.isFailed ? 'failed' : span.kind === 'PRODUCER' ? 'message' : 'work',
    detail: span.attributes.find(({ name }) => name === 'cloudevents.event_type')?.value ?? null,
  };
}

type Traced = { readonly type: string; readonly at: string; readonly traceId: string | null };
export type TraceOfOrder = { readonly traceId: string; readonly type: string; readonly at: string };

/** The traces that the events of an order belong to, in their order, each named by its first event. */
export function tracesOf(events: readonly Traced[]): readonly TraceOfOrder[] {
  const byId = new Map<string, TraceOfOrder>();
  for (const { traceId, type, at } of events.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)))
    if (traceId !== null && !byId.has(traceId)) byId.set(traceId, { traceId, type, at });
  return [...byId.values()];
}
