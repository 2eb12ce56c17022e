import type { Place } from './search-logs.ts';
import { isRecord, listSegments, readBytes } from './segments.ts';

/** The records after a place, the oldest first, about `mostBytes` of them, and the place after those: the same one when there are none. */
export async function readOn(folder: string, from: Place, mostBytes: number): Promise<{ lines: string[]; next: Place }> {
  const segments = await listSegments(folder);
  // the file may have gone meanwhile: then the oldest that is left
  const segment = segments.find(({ number }) => number >= from[0]);
  if (segment === undefined) return { lines: [], next: from };
  const begin = segment.number === from[0] ? from[1] : 0;
  const bytes = await readBytes(segment.path, begin, Math.min(segment.bytes, begin + mostBytes));
  const end = bytes.lastIndexOf(10) + 1;
  if (end > 0) return { lines: recordsIn(bytes.toString('utf8', 0, end)), next: [segment.number, begin + end] };
  const later = segments.find(({ number }) => number > segment.number);
  return { lines: [], next: later === undefined ? [segment.number, begin] : [later.number, 0] };
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
