import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.ts';
import { reasonOfEnd, type ServiceLog } from './service-log.ts';
import type { RunningComponent } from './supervised-process.ts';

export type ServiceProcessOptions = {
  name: string;
  /** The TypeScript file to run, with its arguments. */
  command: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** Options of Node and V8. */
  nodeFlags?: readonly string[];
  cwd: string;
  log: ServiceLog;
  /** Each answers 200 when what is behind it can work; without any the process's own word is enough. */
  readyUrls?: readonly string[];
  onSpawn?(pid: number): void;
};

/** The process could read its configuration and found it wrong: it would be no better the next time. */
const wrongConfiguration = 2;

/**
 * Starts a service as a process of its own, and resolves when it is ready. It writes into its log, it is alone in its process group, so that
 * Ctrl-C reaches it only through us, and it ends when the channel to us is cut.
 */
export async function startServiceProcess(options: ServiceProcessOptions, signal: AbortSignal): Promise<RunningComponent> {
  const { log, name } = options;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...(options.nodeFlags ?? []), ...options.command], {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  child.stdout?.setEncoding('utf8').on('data', (text: string) => log.write(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log.write(text));
  const ended = Promise.withResolvers<string>();
  const over = new AbortController();
  void ended.promise.then(() => over.abort());
  // 'close' comes after the last output, which holds the reason
  child.on('close', (code, by) =>
    ended.resolve(reasonOfEnd(log.lastLines(), by === null ? `ended with code ${code}` : `was ended by ${by}`)),
  );
  child.on('error', (error) => ended.resolve(error.message));
  const giveUp = () => child.kill('SIGKILL');
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await saysReady(child, ended.promise, name);
    await Promise.all((options.readyUrls ?? []).map((url) => answersReady(url, AbortSignal.any([over.signal, signal]))));
    if (over.signal.aborted) throw new Error(await ended.promise);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  return {
    pid: Number(child.pid),
    ended: ended.promise,
    kill: (by) => child.kill(by),
    async stop(withinMs) {
      if (over.signal.aborted) return;
      child.kill('SIGTERM');
      const late = setTimeout(giveUp, withinMs);
      await ended.promise;
      clearTimeout(late);
    },
  };
}

function saysReady(child: ChildProcess, ended: Promise<string>, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (message === 'ready') resolve();
    });
    void ended.then((why) => reject(child.exitCode === wrongConfiguration ? new Problem(`${name} ${why}`) : new Error(why)));
  });
}

async function answersReady(url: string, leaving: AbortSignal): Promise<void> {
  while (!leaving.aborted) {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    await sleep(50);
  }
}
