import { type RecordedSpan, readSpan, type SpanLine } from '#platform/tracing/span-lines.ts';

type StoredTrace = {
  /** Lines by the id of their span: they take less memory than what they say, and their length is known. */
  readonly lines: Map<string, SpanLine>;
  bytes: number;
  startMs: number;
  endMs: number;
  hasFailed: boolean;
};

/** What the tables of the store take for each span besides its text. */
const overheadBytes = 300;
/** More than any operation of the shop has: a trace that never ends does not push out all others. */
const mostSpans = 2000;
/** As long as a checkout may take until its final status. */
const slowMs = 5000;

/**
 * The latest traces, in at most `maxBytes` of memory. Those that nobody added to for the longest go first, ordinary ones before failed and
 * slow ones, which may take half of the room for themselves.
 */
export class TraceStore {
  readonly #maxBytes: number;
  /** Both in the order in which they were last added to. */
  readonly #ordinary = new Map<string, StoredTrace>();
  readonly #notable = new Map<string, StoredTrace>();
  #ordinaryBytes = 0;
  #notableBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#ordinaryBytes + this.#notableBytes;
  }

  get size(): number {
    return this.#ordinary.size + this.#notable.size;
  }

  /** False when its trace has too many spans already. A span that comes again replaces itself. */
  add(line: SpanLine): boolean {
    const { traceId, id, startMs, endMs, isFailed } = line.head;
    const trace = this.#take(traceId);
    const before = trace.lines.get(id);
    const hasRoom = before !== undefined || trace.lines.size < mostSpans;
    if (hasRoom) {
      const kept = copyOf(line);
      trace.lines.set(id, kept);
      trace.bytes += sizeOf(kept.text) - (before === undefined ? 0 : sizeOf(before.text));
      trace.startMs = Math.min(trace.startMs, startMs);
      trace.endMs = Math.max(trace.endMs, endMs);
      trace.hasFailed ||= isFailed;
    }
    this.#put(traceId, trace);
    while (this.bytes > this.#maxBytes) this.#dropOne();
    return hasRoom;
  }

  /** The spans of a trace as far as they are there, in no order; null when there is none. */
  find(traceId: string): RecordedSpan[] | null {
    const trace = this.#ordinary.get(traceId) ?? this.#notable.get(traceId);
    const spans = [...(trace?.lines.values() ?? [])].map(readSpan).filter((span) => span !== null);
    return spans.length === 0 ? null : spans;
  }

  #take(traceId: string): StoredTrace {
    const trace = this.#remove(this.#ordinary, traceId) ?? this.#remove(this.#notable, traceId);
    return trace ?? { lines: new Map(), bytes: 0, startMs: Number.POSITIVE_INFINITY, endMs: Number.NEGATIVE_INFINITY, hasFailed: false };
  }

  #put(traceId: string, trace: StoredTrace): void {
    if (trace.hasFailed || trace.endMs - trace.startMs > slowMs) {
      this.#notable.set(traceId, trace);
      this.#notableBytes += trace.bytes;
    } else {
      this.#ordinary.set(traceId, trace);
      this.#ordinaryBytes += trace.bytes;
    }
  }

  #remove(from: Map<string, StoredTrace>, traceId: string): StoredTrace | undefined {
    const trace = from.get(traceId);
    if (trace === undefined) return undefined;
    from.delete(traceId);
    if (from === this.#notable) this.#notableBytes -= trace.bytes;
    else this.#ordinaryBytes -= trace.bytes;
    return trace;
  }

  #dropOne(): void {
    const notableHasMore = this.#notableBytes > this.#maxBytes / 2 || this.#ordinary.size === 0;
    const from = notableHasMore ? this.#notable : this.#ordinary;
    const [oldest] = from.keys();
    if (oldest !== undefined) this.#remove(from, oldest);
  }
}

/** With a text of its own: a part of a longer one would keep all of that, the message, in memory. */
const copyOf = ({ head, origin, text }: SpanLine): SpanLine => ({ head, origin, text: Buffer.from(text).toString() });

/** A text of Latin letters takes a byte for each of them in V8; of others two. */
function sizeOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all characters that V8 keeps in one byte
  return overheadBytes + (/^[\u0000-\u00ff]*$/.test(text) ? text.length : 2 * text.length);
}
