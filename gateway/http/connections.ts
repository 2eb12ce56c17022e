import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { addressBlock } from '../pipeline/context.ts';

export type ConnectionLimits = {
  /** Open at once from one address, whatever they are used for; Infinity where a proxy stands before the gateway and they are all its own. */
  readonly perAddress: number;
  /** Called when one was closed as soon as it was open. */
  readonly onRejected?: () => void;
};

/** Closes what one address opens beyond its limit, before anything is read of it: a process has only so many connections for all its clients. */
export function limitConnections(server: Server, { perAddress, onRejected }: ConnectionLimits): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = addressBlock(socket.remoteAddress ?? '');
    const others = open.get(address) ?? 0;
    if (others >= perAddress) {
      socket.destroy();
      onRejected?.();
      return;
    }
    open.set(address, others + 1);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}
