import type { RecordedSpan } from './otlp-spans.ts';

type StoredTrace = {
  /** JSON of each span by its id: it takes less memory than what it says, and its length is known. */
  readonly spans: Map<string, string>;
  bytes: number;
  startMs: number;
  endMs: number;
  hasFailed: boolean;
};

/** What the tables of the store take for each span besides its text. */
const overheadBytes = 150;
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
  add(span: RecordedSpan): boolean {
    const trace = this.#take(span.traceId);
    const text = JSON.stringify(span);
    const before = trace.spans.get(span.id);
    const hasRoom = before !== undefined || trace.spans.size < mostSpans;
    if (hasRoom) {
      trace.spans.set(span.id, text);
      trace.bytes += before === undefined ? sizeOf(text) : sizeOf(text) - sizeOf(before);
      trace.startMs = Math.min(trace.startMs, span.startMs);
      trace.endMs = Math.max(trace.endMs, span.endMs);
      trace.hasFailed ||= span.isFailed;
    }
    this.#put(span.traceId, trace);
    while (this.bytes > this.#maxBytes) this.#dropOne();
    return hasRoom;
  }

  /** The spans of a trace as far as they are there, in no order; null when there is none. */
  find(traceId: string): RecordedSpan[] | null {
    const trace = this.#ordinary.get(traceId) ?? this.#notable.get(traceId);
    return trace === undefined ? null : [...trace.spans.values()].map((text) => JSON.parse(text) as RecordedSpan);
  }

  #take(traceId: string): StoredTrace {
    const trace = this.#remove(this.#ordinary, traceId) ?? this.#remove(this.#notable, traceId);
    return trace ?? { spans: new Map(), bytes: 0, startMs: Number.POSITIVE_INFINITY, endMs: Number.NEGATIVE_INFINITY, hasFailed: false };
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

/** A text of Latin letters takes a byte for each of them in V8; of others two. */
function sizeOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all characters that V8 keeps in one byte
  return overheadBytes + (/^[\u0000-\u00ff]*$/.test(text) ? text.length : 2 * text.length);
}
