/** A longer line is cut before it is sent on. */
export const mostLineBytes = 64 * 1024;

const keptFields = ['level', 'time', 'service', 'traceId', 'orderId', 'orderNumber'];
const keptMessage = 1000;
const keptBeginning = 8000;

/** The record of a line that is too long: what it is found by, the beginning of the rest, and how many bytes it had. */
export function cutRecord(line: string, bytes: number): string {
  const record = parse(line);
  const kept = Object.fromEntries(keptFields.filter((name) => typeof record[name] === 'string').map((name) => [name, short(record[name])]));
  const message = record['msg'] === undefined ? {} : { msg: short(record['msg']) };
  return `${JSON.stringify({ ...kept, cutFromBytes: bytes, beginning: line.slice(0, keptBeginning), ...message })}\n`;
}

const short = (value: unknown): string => String(value).slice(0, keptMessage);

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
