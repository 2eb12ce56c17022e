import type { Duplex } from 'node:stream';
import type { SubscriptionLimits } from './limits.ts';

/** Why a socket is rejected, as an answer over HTTP. */
export type UpgradeRejection = { readonly status: 403 | 404 | 429 | 503; readonly message: string };

/** Counts the sockets that are open, in all and by address. */
export type Admission = {
  /** Null when one more may be opened from the address. */
  rejection(address: string): UpgradeRejection | null;
  /** Counts one, until the function it answers is called. */
  enter(address: string): () => void;
};

export function createAdmission(limits: Pick<SubscriptionLimits, 'sockets' | 'socketsPerAddress'>): Admission {
  const byAddress = new Map<string, number>();
  let open = 0;
  return {
    rejection(address) {
      if (open >= limits.sockets) return { status: 503, message: 'Too many sockets are open. Try again later.' };
      if ((byAddress.get(address) ?? 0) < limits.socketsPerAddress) return null;
      return { status: 429, message: 'Too many sockets are open from your address.' };
    },
    enter(address) {
      open += 1;
      byAddress.set(address, (byAddress.get(address) ?? 0) + 1);
      return () => {
        open -= 1;
        const left = (byAddress.get(address) ?? 1) - 1;
        if (left === 0) byAddress.delete(address);
        else byAddress.set(address, left);
      };
    },
  };
}

/** Answers an upgrade over HTTP, and closes the connection. */
export function rejectUpgrade(socket: Duplex, { status, message }: UpgradeRejection): void {
  const body = JSON.stringify({
    errors: [{ message, extensions: { code: status === 403 ? 'FORBIDDEN' : status === 404 ? 'NOT_FOUND' : 'UNAVAILABLE' } }],
  });
  socket.on('error', () => socket.destroy());
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
