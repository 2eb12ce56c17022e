import type { Place } from './search-logs.ts';
import { isRecord, listSegments, readBytes, type Segment } from './segments.ts';

/** The records after a place, the oldest first, about `mostBytes` of them, and the place after those: the same one when there are none. */
export async function readOn(folder: string, from: Place, mostBytes: number): Promise<{ lines: string[]; next: Place }> {
  const segments = await listSegments(folder);
  // the file may have gone meanwhile: then the oldest that is left
  const segment = segments.find(({ number }) => number >= from[0]);
  if (segment === undefined) return { lines: [], next: from };
  const begin = segment.number === from[0] ? from[1] : 0;
  const bytes = await readLines(segment, begin, mostBytes);
  if (bytes.length > 0) return { lines: recordsIn(bytes.toString('utf8')), next: [segment.number, begin + bytes.length] };
  const later = segments.find(({ number }) => number > segment.number);
  return { lines: [], next: later === undefined ? [segment.number, begin] : [later.number, 0] };
}

/** The place after the last record that was written whole. */
export async function endOfLogs(folder: string): Promise<Place> {
  const newest = (await listSegments(folder)).at(-1);
  if (newest === undefined) return [0, 0];
  const bytes = await readBytes(newest.path, 0, newest.bytes);
  return [newest.number, bytes.lastIndexOf(10) + 1];
}

/** Whole lines of a file: about `mostBytes`, or one that is longer than that; nothing when there is none. */
async function readLines(segment: Segment, begin: number, mostBytes: number): Promise<Buffer> {
  for (let most = mostBytes; ; most *= 2) {
    const until = Math.min(segment.bytes, begin + most);
    const bytes = await readBytes(segment.path, begin, until);
    const end = bytes.lastIndexOf(10) + 1;
    if (end > 0 || until === segment.bytes) return bytes.subarray(0, end);
  }
}

function recordsIn(text: string): string[] {
  return text.split('\n').filter((line) => isRecord(line) && isJson(line));
}

function isJson(line: string): boolean {
  try {
    return !Number.isNaN(Date.parse((JSON.parse(line) as { time: string }).time));
  } catch {
    return false;
  }
}
