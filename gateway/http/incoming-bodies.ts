import type { IncomingMessage } from 'node:http';

export type IncomingBodiesOptions = {
  /** Of bodies that have not ended, of all callers together. */
  readonly maxBytes: number;
  /** Called when a connection was cut off that came from there. */
  readonly onCut?: (address: string) => void;
};

/** What is held of one. */
type Body = { bytes: number };

/** What clients are sending. A body that never ends costs nothing to send, and is held until the request's time is over. */
export class IncomingBodies {
  readonly #options: IncomingBodiesOptions;
  /** By address the bodies that have not ended, the oldest first. */
  readonly #byAddress = new Map<string, Map<IncomingMessage, Body>>();
  #bytes = 0;

  constructor(options: IncomingBodiesOptions) {
    this.#options = options;
  }

  /** To be called before the body is read. */
  receive(request: IncomingMessage, address: string): void {
    const bodies = this.#byAddress.get(address) ?? new Map<IncomingMessage, Body>();
    this.#byAddress.set(address, bodies.set(request, { bytes: 0 }));
    request.on('data', (piece: Buffer) => {
      const body = bodies.get(request);
      // what still comes of one that was cut off
      if (body === undefined) return;
      body.bytes += piece.length;
      this.#bytes += piece.length;
      while (this.#bytes > this.#options.maxBytes) this.#cutOldest();
    });
    request.once('end', () => this.#leave(request, address));
    request.once('close', () => this.#leave(request, address));
  }

  /** Of the address that holds most: others send less, and to its end. */
  #cutOldest(): void {
    const senders = [...this.#byAddress].map(([address, bodies]) => ({ address, bodies, bytes: bytesOf(bodies.values()) }));
    const [most] = senders.toSorted((one, other) => other.bytes - one.bytes);
    const [oldest] = most?.bodies.keys() ?? [];
    if (most === undefined || oldest === undefined) throw new Error('Bytes are counted of which there is no body.');
    this.#cut(oldest, most.address);
  }

  #cut(request: IncomingMessage, address: string): void {
    this.#leave(request, address);
    request.destroy();
    this.#options.onCut?.(address);
  }

  #leave(request: IncomingMessage, address: string): void {
    const bodies = this.#byAddress.get(address);
    this.#bytes -= bodies?.get(request)?.bytes ?? 0;
    bodies?.delete(request);
    if (bodies?.size === 0) this.#byAddress.delete(address);
  }
}

function bytesOf(bodies: Iterable<Body>): number {
  return [...bodies].reduce((sum, { bytes }) => sum + bytes, 0);
}
