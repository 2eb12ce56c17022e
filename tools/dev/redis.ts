import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from './end-with-us.ts';
import { lastLines } from './last-lines.ts';
import { Problem, reasonOf } from './problem.ts';
import type { RunningComponent } from './supervised-process.ts';

/** The redis-server of this machine, or null. */
export function findRedis(path = process.env['PATH'] ?? ''): string | null {
  for (const folder of path.split(delimiter)) {
    const program = join(folder, 'redis-server');
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch {
      // the next one
    }
  }
  return null;
}

/** Starts a Redis that keeps nothing on disk: the shop uses it as a cache and for limits. */
export async function startRedis(
  options: { program: string; port: number; logFile: string; more?: readonly string[] },
  signal: AbortSignal,
): Promise<RunningComponent> {
  const log = openLog(options.logFile);
  const settings = ['--bind', '127.0.0.1', '--port', String(options.port), '--save', '', '--appendonly', 'no'];
  const memory = ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'];
  const server = spawn(options.program, [...settings, ...memory, ...(options.more ?? [])], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = Promise.withResolvers<string>();
  const over = new AbortController();
  void ended.promise.then(() => over.abort());
  server.on('error', (error) => ended.resolve(error.message));
  server.on('exit', (code, by) =>
    ended.resolve(`${by === null ? `ended with code ${code}` : `was ended by ${by}`}: ${lastLines(options.logFile, 1)}`),
  );
  const tie = endWithUs(server.pid, 'TERM');
  const stop = async (withinMs = 500) => {
    tie.loosen();
    if (over.signal.aborted) return;
    server.kill('SIGTERM');
    const late = setTimeout(() => server.kill('SIGKILL'), withinMs);
    await ended.promise;
    clearTimeout(late);
  };
  const leaving = AbortSignal.any([over.signal, signal]);
  while (!leaving.aborted && !(await answersPing('127.0.0.1', options.port))) await sleep(30);
  if (leaving.aborted) {
    await stop();
    throw new Error(await ended.promise);
  }
  return { pid: Number(server.pid), ended: ended.promise, kill: (by) => server.kill(by), stop };
}

function openLog(file: string): number {
  try {
    return openSync(file, 'w', 0o600);
  } catch (error) {
    throw new Problem(`${file} cannot be written: ${reasonOf(error)}.`, { cause: error });
  }
}

/** True when a Redis without a password answers there; one that asks for a password is one, too. */
export function answersPing(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(1000, () => answer(false));
    socket.on('error', () => answer(false));
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (data) => answer(/^(\+PONG|-NOAUTH)/.test(data.toString('latin1'))));
  });
}
