import { connect, createServer, type Server, type Socket } from 'node:net';
import { RoundRobin, type Target } from './round-robin.ts';

export type CopiesProxy = {
  readonly port: number;
  /** Whether new connections may go to a copy. Those that are open stay, as they do behind a Service of Kubernetes. */
  setReady(name: string, isReady: boolean): void;
  stop(): Promise<void>;
};

/**
 * Passes TCP connections to the copies of one service, in turn. A copy that does not accept a connection was sent nothing, so the next one is
 * tried; everything after that is between the two sides, byte for byte.
 *
 * @param preferred the copy that gets all connections while it is ready
 */
export async function openProxy(port: number, targets: readonly Target[], preferred?: string): Promise<CopiesProxy> {
  const proxy = new TcpProxy(new RoundRobin(targets, preferred));
  await proxy.listen(port);
  return {
    port,
    setReady: (name, isReady) => proxy.copies.setReady(name, isReady),
    stop: () => proxy.stop(),
  };
}

class TcpProxy {
  readonly copies: RoundRobin;
  readonly #open = new Set<Socket>();
  readonly #server: Server;

  constructor(copies: RoundRobin) {
    this.copies = copies;
    // one side may have ended while the other still writes
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => this.#accept(client));
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host: '127.0.0.1', backlog: 1024 }, () => resolve());
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#open) socket.destroy();
    });
  }

  #accept(client: Socket): void {
    this.#keep(client);
    client.on('error', () => undefined);
    this.#pass(client, new Set());
  }

  #pass(client: Socket, tried: Set<string>): void {
    const target = this.copies.next(tried);
    if (target === null || client.destroyed) return void client.resetAndDestroy();
    tried.add(target.name);
    const copy = connect({ port: target.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const onRefused = () => this.#pass(client, tried);
    copy.once('error', onRefused);
    copy.once('connect', () => {
      copy.off('error', onRefused);
      this.#keep(copy);
      copy.on('error', () => undefined);
      this.#join(client, copy);
    });
  }

  /** What ends one side, in whichever way, ends the other in the same. */
  #join(client: Socket, copy: Socket): void {
    for (const [from, to] of [
      [client, copy],
      [copy, client],
    ] as const) {
      from.pipe(to);
      from.once('close', (hadError) => {
        if (hadError) to.resetAndDestroy();
        else if (!from.readableEnded) to.destroy();
      });
    }
    client.resume();
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
  }
}
