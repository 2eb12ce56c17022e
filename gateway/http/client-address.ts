import type { IncomingMessage } from 'node:http';

/**
 * The address a request came from. Each trusted proxy appends the address it was called from to `x-forwarded-for`, so with n of
 * them the client's is the nth from the right; whatever stands further left was written by the client.
 */
export function createClientAddress(trustedProxies: number): (request: IncomingMessage) => string {
  return (request) => {
    const direct = request.socket.remoteAddress ?? 'unknown';
    if (trustedProxies === 0) return direct;
    const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    return forwarded.at(-trustedProxies)?.trim() || direct;
  };
}
