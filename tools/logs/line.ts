import { styleText } from 'node:util';
import type { LogRecord } from '#platform/log-files/search-logs.ts';

const colours: Readonly<Record<string, 'gray' | 'green' | 'yellow' | 'red' | 'magenta'>> = {
  debug: 'gray',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'magenta',
};

/** A record for people, on one line: time, level, service, message, and what else it holds. */
export function lineOf({ time, level, service, msg, ...rest }: LogRecord, inColour: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    inColour ? styleText(style, text, { validateStream: false }) : text;
  const fields = Object.entries(rest).map(([name, value]) => paint('gray', `${name}=`) + printable(fieldText(value)));
  const columns = [
    paint('gray', time),
    paint(colours[level] ?? 'green', level.padEnd(5)),
    paint('cyan', service.padEnd(10)),
    printable(msg),
  ];
  return [...columns, ...fields].join('  ').trimEnd();
}

/** An error by its message: its stack is in the JSON. */
function fieldText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'message' in value) return JSON.stringify(value.message);
  return JSON.stringify(value) ?? '';
}

/** Nothing that a record holds may steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const printable = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
