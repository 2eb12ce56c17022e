import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;
type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** So many requests of one connection wait before nothing more is read from it, beside those that came in the same piece. */
const mostWaiting = 16;

/**
 * Serves one request of a connection at a time. Node hands over all that a client sent without waiting for answers (RFC 9112, 9.3.2) at once,
 * so that a few kilobytes would keep everybody else waiting; and it keeps their answers until they can be sent in order, however large.
 */
export function serveInOrder(server: Server, serve: Serve): void {
  const lines = new WeakMap<Socket, Line>();
  server.on('request', (request, response) => {
    const line = lines.get(request.socket) ?? new Line(request.socket, serve);
    lines.set(request.socket, line);
    line.take({ request, response });
  });
}

/** The requests of one connection. */
class Line {
  readonly #socket: Socket;
  readonly #serve: Serve;
  #waiting: Exchange[] = [];
  #isBusy = false;
  #isPaused = false;

  constructor(socket: Socket, serve: Serve) {
    this.#socket = socket;
    this.#serve = serve;
    socket.once('close', () => {
      this.#waiting = [];
    });
  }

  take(exchange: Exchange): void {
    if (this.#isBusy) {
      this.#waiting.push(exchange);
      if (this.#waiting.length === mostWaiting) this.#pause();
    } else this.#begin(exchange);
  }

  #begin(exchange: Exchange): void {
    this.#isBusy = true;
    // sent or not, nothing more is done about it
    exchange.response.once('close', () => this.#ended());
    this.#serve(exchange.request, exchange.response);
  }

  #ended(): void {
    // in between others have their turn, whose requests came meanwhile
    if (this.#waiting.length > 0) setImmediate(() => this.#next());
    else this.#isBusy = false;
  }

  #next(): void {
    // an answer may have ended the connection
    if (this.#socket.writableEnded) this.#waiting = [];
    const next = this.#waiting.shift();
    if (this.#isPaused && this.#waiting.length < mostWaiting) this.#resume();
    if (next === undefined) this.#isBusy = false;
    else this.#begin(next);
  }

  #pause(): void {
    this.#isPaused = true;
    // Node reads on after each request of the piece that it has before it
    process.nextTick(() => {
      if (this.#isPaused) this.#socket.pause();
    });
  }

  #resume(): void {
    this.#isPaused = false;
    this.#socket.resume();
  }
}
