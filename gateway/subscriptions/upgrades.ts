import type { Duplex } from 'node:stream';
import type { SubscriptionLimits } from './limits.ts';

/** Why a socket is rejected, as an answer over HTTP. */
export type UpgradeRejection = { readonly status: 403 | 404 | 429 | 503; readonly message: string };

/** Counts the sockets that are open, in all and by address. */
export class Admission {
  readonly #limits: Pick<SubscriptionLimits, 'sockets' | 'socketsPerAddress'>;
  readonly #byAddress = new Map<string, number>();
  #open = 0;

  constructor(limits: Pick<SubscriptionLimits, 'sockets' | 'socketsPerAddress'>) {
    this.#limits = limits;
  }

  /** Null when one more may be opened from the address. */
  rejection(address: string): UpgradeRejection | null {
    if (this.#open >= this.#limits.sockets) return { status: 503, message: 'Too many sockets are open. Try again later.' };
    if ((this.#byAddress.get(address) ?? 0) < this.#limits.socketsPerAddress) return null;
    return { status: 429, message: 'Too many sockets are open from your address.' };
  }

  /** Counts one, until the function it answers is called. */
  enter(address: string): () => void {
    this.#open += 1;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    return () => {
      this.#open -= 1;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, left);
    };
  }
}

const takenWithinMs = 1000;

/** Answers an upgrade over HTTP, and closes the connection: Node has let go of it, and would wait for the client's end for ever. */
export function rejectUpgrade(socket: Duplex, { status, message }: UpgradeRejection): void {
  const body = JSON.stringify({
    errors: [{ message, extensions: { code: status === 403 ? 'FORBIDDEN' : status === 404 ? 'NOT_FOUND' : 'UNAVAILABLE' } }],
  });
  socket.on('error', () => socket.destroy());
  // what is left unread would reset the connection before the client has read why
  socket.resume();
  const late = setTimeout(() => socket.destroy(), takenWithinMs).unref();
  socket.once('close', () => clearTimeout(late));
  socket.end(
    [
      `HTTP/1.1 ${status} ${message}`,
      'Connection: close',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
