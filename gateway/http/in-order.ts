import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type InOrderOptions = {
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void;
  /** Called when a connection was cut off. */
  readonly onCut?: () => void;
};

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/**
 * So many requests of one connection wait at the most. Node reads on whatever waits, and a pause of the socket does not hold: it resumes it after each
 * request. A client that sends without waiting must be ready to send again what was not answered (RFC 9112, 9.3.2).
 */
const mostWaiting = 100;

/**
 * Serves one request of a connection at a time, and cuts off a client that sends many more. Node hands over all that a client sent without waiting for answers at
 * once, so that a few kilobytes would delay all other clients; and it keeps their answers until they can be sent in order, however large.
 */
export function serveInOrder(server: Server, options: InOrderOptions): void {
  const lines = new WeakMap<Socket, Line>();
  server.on('request', (request, response) => {
    const line = lines.get(request.socket) ?? new Line(request.socket, options);
    lines.set(request.socket, line);
    line.take({ request, response });
  });
  // Node would answer it on the spot with 417, which RFC 9110 (10.1.1) does not require, bypassing the queue and every limit
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** The requests of one connection. */
class Line {
  readonly #socket: Socket;
  readonly #options: InOrderOptions;
  #waiting: Exchange[] = [];
  #isBusy = false;

  constructor(socket: Socket, options: InOrderOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.once('close', () => this.#forget());
  }

  take(exchange: Exchange): void {
    // the rest of what was read before it was cut off, or came after it was told that nothing more is read
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    if (!this.#isBusy) this.#begin(exchange);
    else if (this.#waiting.length < mostWaiting) this.#waiting.push(exchange);
    else this.#cut();
  }

  #begin(exchange: Exchange): void {
    this.#isBusy = true;
    // sent or not, nothing more is done about it
    exchange.response.once('close', () => this.#ended());
    this.#options.serve(exchange.request, exchange.response);
  }

  #ended(): void {
    // in between others have their turn, whose requests came meanwhile
    if (this.#waiting.length > 0) setImmediate(() => this.#next());
    else this.#isBusy = false;
  }

  #next(): void {
    // an answer may have ended the connection
    if (this.#socket.writableEnded) this.#forget();
    const next = this.#waiting.shift();
    if (next === undefined) this.#isBusy = false;
    else this.#begin(next);
  }

  #cut(): void {
    this.#forget();
    this.#socket.destroy();
    this.#options.onCut?.();
  }

  #forget(): void {
    this.#waiting = [];
  }
}
