import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Problem } from './problem.ts';
import type { RunningComponent } from './supervised-process.ts';

/**
 * Starts the mail inbox (maildev) on the loopback address: it accepts every mail at `smtpPort`, delivers none, and shows them at `uiPort`.
 * It is a thread of this process and not a process: that is half the memory, and its end does not end ours.
 */
export async function startMailInbox(options: { uiPort: number; smtpPort: number; folder: string }): Promise<RunningComponent> {
  mkdirSync(options.folder, { recursive: true });
  const worker = new Worker(join(import.meta.dirname, 'mail-inbox-worker.ts'), {
    workerData: options,
    stdout: true,
    stderr: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 2 },
  });
  let last = '';
  worker.stdout.resume();
  worker.stderr.setEncoding('utf8').on('data', (text: string) => {
    last = text.trim().split('\n').at(-1) ?? last;
  });
  const ended = Promise.withResolvers<string>();
  worker.on('error', (error) => ended.resolve(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => ended.resolve(last || `ended with code ${code}`));
  const problem = await Promise.race([firstWord(worker), ended.promise]);
  if (problem !== null) {
    await worker.terminate();
    throw new Problem(`The mail inbox could not be started: ${problem}.`);
  }
  const stop = async () => {
    await worker.terminate();
  };
  return { pid: process.pid, ended: ended.promise, stop, kill: () => void stop() };
}

function firstWord(worker: Worker): Promise<string | null> {
  return new Promise((resolve) => {
    worker.once('message', (message: { problem?: string }) => resolve(message.problem ?? null));
  });
}
