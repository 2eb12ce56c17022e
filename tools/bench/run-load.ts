import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Report } from '../load/report.ts';

/** Runs `npm run load` in a process of its own against the shop on this data folder; `options` as on its command line, `true` for a flag. */
export async function runLoad(
  dataDir: string,
  options: Readonly<Record<string, string | number | true>>,
  interrupted: AbortSignal,
): Promise<Report> {
  const args = Object.entries(options).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
  const words = [join(import.meta.dirname, '../load.ts'), ...args, `--data=${dataDir}`, '--replenish', '--json'];
  // it would go on until its last customer has what they bought
  const killed = { signal: interrupted, killSignal: 'SIGKILL' } as const;
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 64 * 1024 * 1024, ...killed });
  return JSON.parse(stdout) as Report;
}
