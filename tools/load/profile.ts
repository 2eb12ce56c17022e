import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** A process of Node opens its inspector there when it gets SIGUSR1. */
const inspectorUrl = 'http://127.0.0.1:9229/json/list';
const openWithinMs = 5000;
const eachMs = 5000;

/**
 * Takes a CPU profile of each process, one after the other, and writes it as `NAME.cpuprofile`. Resolves when all are written, or the signal aborts.
 *
 * @param pids processes of Node of this user, by name
 * @throws an Error when an inspector does not open
 */
export async function profileEach(pids: Readonly<Record<string, number>>, folder: string, signal: AbortSignal): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, pid] of Object.entries(pids)) {
    if (signal.aborted) return;
    const profile = await profileOf(pid, signal);
    writeFileSync(join(folder, `${name.replaceAll(' ', '-')}.cpuprofile`), JSON.stringify(profile));
  }
}

async function profileOf(pid: number, signal: AbortSignal): Promise<unknown> {
  process.kill(pid, 'SIGUSR1');
  const inspector = await Inspector.open(await addressOf(pid));
  try {
    const { result } = await inspector.send('Runtime.evaluate', { expression: 'process.pid' });
    if ((result as { value?: unknown }).value !== pid)
      throw new Error(`Port 9229, where process ${pid} would open its inspector, is taken.`);
    await inspector.send('Profiler.enable');
    await inspector.send('Profiler.start');
    await sleep(eachMs, undefined, { signal }).catch(() => undefined);
    return (await inspector.send('Profiler.stop'))['profile'];
  } finally {
    // so that the next process finds the port free
    await inspector.send('Runtime.evaluate', { expression: "setTimeout(() => process.getBuiltinModule('inspector').close(), 50)" });
    inspector.close();
    await sleep(300);
  }
}

async function addressOf(pid: number): Promise<string> {
  const end = performance.now() + openWithinMs;
  for (;;) {
    try {
      const [target] = (await (await fetch(inspectorUrl)).json()) as { webSocketDebuggerUrl: string }[];
      if (target) return target.webSocketDebuggerUrl;
    } catch (error) {
      if (performance.now() > end) throw new Error(`The inspector of process ${pid} did not open.`, { cause: error });
    }
    await sleep(50);
  }
}

type Result = Readonly<Record<string, unknown>>;

/** Commands of the Chrome DevTools Protocol. */
class Inspector {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, (result: Result) => void>();
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (message: Buffer) => {
      const { id, result = {} } = JSON.parse(message.toString()) as { id?: number; result?: Result };
      if (id === undefined) return;
      this.#pending.get(id)?.(result);
      this.#pending.delete(id);
    });
  }

  static async open(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve).once('error', reject);
    });
    return new Inspector(socket);
  }

  send(method: string, params: object = {}): Promise<Result> {
    this.#id += 1;
    const id = this.#id;
    const { promise, resolve } = Promise.withResolvers<Result>();
    this.#pending.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  close(): void {
    this.#socket.terminate();
  }
}
