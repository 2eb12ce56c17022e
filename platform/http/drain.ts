import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

/**
 * What a connection is told that nobody waits on: whatever is on its way over it was not read, and may be sent again over another one, a mutation
 * as well (RFC 9110, 15.5.9). Closed without a word, a client could not know.
 */
const notRead = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

export type Drain = {
  /**
   * Ends the server without losing a request: it takes no new connections, answers what it has read, each answer being the last of its connection,
   * and tells idle connections that they end. What is left after `graceMs` is cut; nothing is waited for any longer.
   */
  end(graceMs: number): Promise<void>;
};

/**
 * Lets a server end in order. To be called before other listeners are added, which must pass over requests of a connection that has been told of its
 * end: its `writableEnded` is true. `upgrades`: connections may become something else, as WebSockets do, and are not touched then.
 */
export function drainOf(server: Server, options: { readonly upgrades: boolean } = { upgrades: false }): Drain {
  return new HttpDrain(server, options.upgrades);
}

class HttpDrain implements Drain {
  readonly #server: Server;
  /** By connection, once it has carried a request: those that are not answered yet. */
  readonly #unanswered = new Map<Socket, Set<ServerResponse>>();
  #isEnding = false;

  constructor(server: Server, upgrades: boolean) {
    this.#server = server;
    server.on('request', (request, response) => this.#note(request, response));
    if (upgrades) server.on('upgrade', (request: IncomingMessage) => this.#unanswered.delete(request.socket));
  }

  async end(graceMs: number): Promise<void> {
    this.#isEnding = true;
    for (const [socket, responses] of this.#unanswered) {
      for (const response of responses) makeLast(response);
      if (responses.size === 0) tellOfEnd(socket);
    }
    // the system has accepted connections that this process has not seen yet
    await nextTurn();
    const closed = new Promise<void>((resolve) => {
      // that of http would close idle connections without a word
      NetServer.prototype.close.call(this.#server, () => resolve());
    });
    const late = new AbortController();
    const cut = pause(graceMs, undefined, { signal: late.signal }).then(
      () => this.#server.closeAllConnections(),
      () => undefined,
    );
    await Promise.race([closed, cut]);
    late.abort();
  }

  #note({ socket }: IncomingMessage, response: ServerResponse): void {
    if (socket.writableEnded) return;
    const responses = this.#unanswered.get(socket) ?? this.#follow(socket);
    responses.add(response);
    if (this.#isEnding) makeLast(response);
    response.once('close', () => {
      responses.delete(response);
      if (this.#isEnding && responses.size === 0 && this.#unanswered.has(socket)) tellOfEnd(socket);
    });
  }

  #follow(socket: Socket): Set<ServerResponse> {
    const responses = new Set<ServerResponse>();
    this.#unanswered.set(socket, responses);
    socket.once('close', () => this.#unanswered.delete(socket));
    return responses;
  }
}

function makeLast(response: ServerResponse): void {
  if (!response.headersSent) response.shouldKeepAlive = false;
}

function tellOfEnd(socket: Socket): void {
  if (!socket.destroyed && !socket.writableEnded) socket.end(notRead);
}
