import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { batchIdOf, isMarker, isRecord, listSegments, markerOf, readBytes, type Segment, segmentPath } from './segments.ts';

/** JSON lines; a batch with an id that was appended before is ignored. */
export type AppendedBatch = { readonly id: string; readonly lines: string };

const mostSegmentBytes = 4 * 1024 * 1024;
const rememberedIds = 10_000;

/**
 * Log records in files of bounded size together, the oldest of which go first; readable by the owner only. A batch is in them as a whole and once,
 * also when the process ends while it writes and the batch comes again.
 */
export class LogFiles {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #segmentBytes: number;
  readonly #ids: Set<string>;
  readonly #older: Segment[];
  #number: number;
  #bytes: number;
  #file: FileHandle;

  private constructor(options: { folder: string; maxBytes: number; ids: Set<string>; segments: Segment[]; file: FileHandle }) {
    const newest = options.segments.at(-1);
    this.#folder = options.folder;
    this.#maxBytes = options.maxBytes;
    this.#segmentBytes = segmentBytesOf(options.maxBytes);
    this.#ids = options.ids;
    this.#older = options.segments.slice(0, -1);
    this.#number = newest?.number ?? 1;
    this.#bytes = newest?.bytes ?? 0;
    this.#file = options.file;
  }

  /** Opens the folder, which one process at a time may write to, and makes it where there is none. @throws an Error when it cannot be written. */
  static async open(folder: string, maxBytes: number): Promise<LogFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const segments = await listSegments(folder);
    const ids = new Set<string>();
    for (const segment of segments.slice(-3)) for (const id of await idsOf(segment)) ids.add(id);
    const newest = segments.at(-1) ?? { number: 1, path: segmentPath(folder, 1), bytes: 0, changedAt: 0 };
    const file = await open(newest.path, 'a', 0o600);
    const bytes = await wholeBytes(newest);
    if (bytes < newest.bytes) await file.truncate(bytes);
    return new LogFiles({ folder, maxBytes, ids, segments: [...segments.slice(0, -1), { ...newest, bytes }], file });
  }

  /** Resolves when the batches are in the files. After a rejection none of them is, and they may be appended again. */
  async append(batches: readonly AppendedBatch[]): Promise<void> {
    const fresh = batches.filter(({ id }, at) => !this.#ids.has(id) && batches.findIndex((other) => other.id === id) === at);
    if (fresh.length === 0) return;
    const text = fresh.map(({ id, lines }) => `${recordsOf(lines)}${markerOf(id)}`).join('');
    const { bytes } = await this.#write(Buffer.from(text));
    this.#bytes += bytes;
    for (const { id } of fresh) this.#ids.add(id);
    for (const id of this.#ids) {
      if (this.#ids.size <= rememberedIds) break;
      this.#ids.delete(id);
    }
    if (this.#bytes >= this.#segmentBytes) await this.#rotate();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #write(text: Buffer): Promise<{ bytes: number }> {
    try {
      await this.#file.appendFile(text);
      return { bytes: text.length };
    } catch (error) {
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
  }

  async #rotate(): Promise<void> {
    const next = await open(segmentPath(this.#folder, this.#number + 1), 'a', 0o600);
    await this.#file.close();
    this.#older.push({ number: this.#number, path: segmentPath(this.#folder, this.#number), bytes: this.#bytes, changedAt: 0 });
    this.#file = next;
    this.#number += 1;
    this.#bytes = 0;
    // room for the file that is begun
    let total = this.#older.reduce((sum, { bytes }) => sum + bytes, this.#segmentBytes);
    while (total > this.#maxBytes) {
      const oldest = this.#older.shift();
      if (oldest === undefined) return;
      await rm(oldest.path, { force: true });
      total -= oldest.bytes;
    }
  }
}

const segmentBytesOf = (maxBytes: number): number => Math.min(mostSegmentBytes, Math.ceil(maxBytes / 8));

/** The lines that are records: nothing else may stand in the files. */
function recordsOf(lines: string): string {
  return lines
    .split('\n')
    .filter(isRecord)
    .map((line) => `${line}\n`)
    .join('');
}

async function idsOf(segment: Segment): Promise<string[]> {
  const text = (await readBytes(segment.path, 0, segment.bytes)).toString('utf8');
  return text.split('\n').filter(isMarker).map(batchIdOf);
}

/** How many bytes of a file are whole batches. */
async function wholeBytes(segment: Segment): Promise<number> {
  const bytes = await readBytes(segment.path, 0, segment.bytes);
  const marker = bytes.lastIndexOf(markerOf('').slice(0, 10));
  const end = marker < 0 ? -1 : bytes.indexOf(10, marker);
  if (end >= 0) return end + 1;
  // the last marker itself was cut off: the batch before it is whole
  const before = marker <= 0 ? -1 : bytes.lastIndexOf(markerOf('').slice(0, 10), marker - 1);
  return before < 0 ? 0 : bytes.indexOf(10, before) + 1;
}
