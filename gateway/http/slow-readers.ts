import type { IncomingMessage, Server, ServerResponse } from 'node:http';

export type SlowReadersOptions = {
  /** Answers that clients have not taken yet, of all connections together. */
  readonly maxBacklogBytes: number;
  readonly onCut?: () => void;
  readonly lookEveryMs?: number;
};

/**
 * Cuts connections off whose clients do not read what they asked for, while all of them hold more than there is room for; those first that hold
 * most. One that takes nothing at all for a while is cut off by the server's own timeout.
 */
export function cutSlowReaders(server: Server, { maxBacklogBytes, onCut, lookEveryMs = 250 }: SlowReadersOptions): void {
  const open = new Set<ServerResponse>();
  server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });

  function look(): void {
    const waiting = [...open].map((response) => ({ response, bytes: response.writableLength })).filter(({ bytes }) => bytes > 0);
    let total = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= maxBacklogBytes) return;
    for (const { response, bytes } of waiting.sort((one, other) => other.bytes - one.bytes)) {
      if (total <= maxBacklogBytes) return;
      response.destroy();
      onCut?.();
      total -= bytes;
    }
  }

  const looking = setInterval(look, lookEveryMs).unref();
  server.once('close', () => clearInterval(looking));
}
