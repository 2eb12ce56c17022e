import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One file of the log: numbers rise, the highest is being written. */
export type Segment = { readonly number: number; readonly path: string; readonly bytes: number; readonly changedAt: number };

/** In each file the records of a batch are followed by a line with its id: what comes after the last such line was cut off by a crash. */
const markerStart = '{"batch":"';
export const markerOf = (batchId: string): string => `${markerStart}${batchId}"}\n`;
export const isMarker = (line: string): boolean => line.startsWith(markerStart);
export const batchIdOf = (marker: string): string => marker.slice(markerStart.length, marker.indexOf('"', markerStart.length));

/** Records begin like this, as the logger writes them. */
export const isRecord = (line: string): boolean => line.startsWith('{"level":"') && line.endsWith('}');

const name = /^(\d{9})\.jsonl$/;
export const segmentPath = (folder: string, number: number): string => join(folder, `${String(number).padStart(9, '0')}.jsonl`);

/** The files of a folder, the oldest first; none when there is no such folder. One that is removed meanwhile is left out. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = await readdir(folder).catch(() => []);
  const numbers = names.map((file) => Number(name.exec(file)?.[1] ?? 0)).filter((number) => number > 0);
  const found = await Promise.all(
    numbers
      .sort((one, other) => one - other)
      .map(async (number) => {
        const path = segmentPath(folder, number);
        const { size, mtimeMs } = await stat(path).catch(() => ({ size: -1, mtimeMs: 0 }));
        return { number, path, bytes: size, changedAt: mtimeMs };
      }),
  );
  return found.filter(({ bytes }) => bytes >= 0);
}

/** Bytes `begin` to `end` of a file, fewer when it is shorter; none when it is gone. */
export async function readBytes(path: string, begin: number, end: number): Promise<Buffer> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const buffer = Buffer.allocUnsafe(Math.max(0, end - begin));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, begin);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  } finally {
    await file?.close();
  }
}
