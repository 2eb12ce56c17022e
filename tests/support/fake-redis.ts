import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/** As much of Redis as the caches of the shop use (RESP2, MGET and SET with PX and NX), with the faults of a real one on request. */
export type FakeRedis = {
  readonly url: string;
  /** Names of the commands that came, without those of the connection itself. */
  readonly commands: string[];
  /** What it holds, expired or not. */
  readonly texts: Map<string, { text: string; until: number }>;
  /** From now on it takes commands and answers none; until `speak`. */
  beSilent(): void;
  speak(): void;
  /** It is gone, with what it holds kept for when it comes back at the same address. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
};

export async function openFakeRedis(): Promise<FakeRedis> {
  const texts: FakeRedis['texts'] = new Map();
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let silent = false;
  let server: Server | undefined;
  const listen = (port: number) =>
    new Promise<number>((resolve) => {
      const opened = createServer(serve);
      server = opened.listen(port, '127.0.0.1', () => resolve((opened.address() as AddressInfo).port));
    });

  function serve(socket: Socket): void {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let pending = '';
    socket.on('data', (chunk) => {
      const { complete, rest } = readCommands(pending + chunk.toString('latin1'));
      pending = rest;
      for (const command of complete) {
        const answer = execute(command);
        if (!silent) socket.write(answer, 'latin1');
      }
    });
  }

  function execute([name = '', ...args]: string[]): string {
    const command = name.toUpperCase();
    if (command === 'INFO') return bulk('redis_version:7.0.0\r\nloading:0');
    if (command !== 'MGET' && command !== 'SET') return '+OK\r\n';
    commands.push(command);
    if (command === 'MGET') return `*${args.length}\r\n${args.map((key) => bulk(held(key))).join('')}`;
    const [key = '', text = '', , ttlMs = '0', condition] = args;
    if (condition?.toUpperCase() === 'NX' && held(key) !== null) return '$-1\r\n';
    texts.set(key, { text, until: Date.now() + Number(ttlMs) });
    return '+OK\r\n';
  }

  function held(key: string): string | null {
    const entry = texts.get(key);
    return entry !== undefined && entry.until > Date.now() ? entry.text : null;
  }

  const port = await listen(0);
  return {
    url: `redis://127.0.0.1:${port}`,
    commands,
    texts,
    beSilent() {
      silent = true;
    },
    speak() {
      silent = false;
    },
    async goAway() {
      const closed = new Promise((resolve) => server?.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async comeBack() {
      await listen(port);
    },
  };
}

const bulk = (text: string | null) => (text === null ? '$-1\r\n' : `$${text.length}\r\n${text}\r\n`);

/** Commands come as arrays of bulk strings; the last one may not be there in full yet. */
function readCommands(bytes: string): { complete: string[][]; rest: string } {
  const complete: string[][] = [];
  let rest = bytes;
  for (;;) {
    const command = readCommand(rest);
    if (command === null) return { complete, rest };
    complete.push(command.words);
    rest = rest.slice(command.length);
  }
}

function readCommand(bytes: string): { words: string[]; length: number } | null {
  const head = /^\*(\d+)\r\n/.exec(bytes);
  if (head === null) return null;
  let at = head[0].length;
  const words: string[] = [];
  for (let left = Number(head[1]); left > 0; left -= 1) {
    const size = /^\$(\d+)\r\n/.exec(bytes.slice(at, at + 20));
    if (size === null) return null;
    const start = at + size[0].length;
    const end = start + Number(size[1]);
    if (bytes.length < end + 2) return null;
    words.push(bytes.slice(start, end));
    at = end + 2;
  }
  return { words, length: at };
}
