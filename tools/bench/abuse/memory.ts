import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a process holds in memory, in MiB. Rejects when there is no such process. */
export async function residentMemory(pid: number): Promise<number> {
  try {
    return Number((await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout) / 1024;
  } catch (error) {
    throw new Error(`The gateway's process ${pid} is gone.`, { cause: error });
  }
}
