import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { addressBlock } from '../pipeline/context.ts';

export type ConnectionLimits = {
  /** Open at once from one address, whatever they are used for; Infinity where a proxy stands before the gateway and they are all its own. */
  readonly perAddress: number;
  /** Whether an address may open none at the moment. */
  isSuspended?(address: string): boolean;
  /** Called when one was closed as soon as it was open. */
  readonly onRejected?: () => void;
};

const closedAtOnce = 8;

/** Closes what one address opens beyond its limit, before anything is read of it: a process has only so many connections for all its clients. */
export function limitConnections(server: Server, limits: ConnectionLimits): Connections {
  return new Connections(server, limits);
}

/** The open connections by address. */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #open = new Map<string, Set<Socket>>();
  /** By connection what was asked last, until it is answered; for ever when the connection has become something else by it. */
  readonly #asked = new WeakMap<Socket, IncomingMessage>();

  constructor(server: Server, limits: ConnectionLimits) {
    this.#limits = limits;
    server.on('connection', (socket: Socket) => this.#take(socket));
    server.on('request', (request, response) => this.#note(request, response));
    server.on('upgrade', (request: IncomingMessage) => this.#asked.set(request.socket, request));
  }

  /** Closes those of an address on which nothing is awaited: idle ones, and those that are still sending. A few in each turn: others have theirs in between. */
  closeUnfinished(address: string): void {
    const left = [...(this.#open.get(address) ?? [])];
    const closeSome = (): void => {
      for (const socket of left.splice(0, closedAtOnce)) if (this.#asked.get(socket)?.complete !== true) socket.destroy();
      if (left.length > 0) setImmediate(closeSome);
    };
    closeSome();
  }

  #take(socket: Socket): void {
    const { perAddress, isSuspended, onRejected } = this.#limits;
    const address = addressBlock(socket.remoteAddress ?? '');
    const others = this.#open.get(address) ?? new Set<Socket>();
    if (others.size >= perAddress || isSuspended?.(address) === true) {
      socket.destroy();
      onRejected?.();
      return;
    }
    this.#open.set(address, others.add(socket));
    socket.once('close', () => {
      others.delete(socket);
      if (others.size === 0) this.#open.delete(address);
    });
  }

  #note(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#asked.set(socket, request);
    response.once('close', () => {
      if (this.#asked.get(socket) === request) this.#asked.delete(socket);
    });
  }
}
