import { signInternalToken } from '#platform/auth.ts';
import type { GatewayContext } from '../pipeline/context.ts';
import type { Caches } from '../runtime/caches.ts';

const lifetimeSeconds = 60;
const renewBeforeMs = 20_000;
const maxCacheBytes = 8 * 1024 * 1024;

/** The gateway's own tokens toward subgraphs: one per caller, kept until shortly before it expires. Undefined without a secret. */
export function createInternalTokens(secret: string | undefined, caches: Caches, now: () => number = Date.now) {
  const tokens = caches.open<{ token: string; renewAt: number }>('internal-tokens', {
    maxBytes: maxCacheBytes,
    bytesOf: ({ token }) => 2 * token.length,
  });
  return (context: GatewayContext): string | undefined => {
    if (secret === undefined) return undefined;
    const kept = tokens.get(context.dedupKey);
    if (kept && kept.renewAt > now()) return kept.token;
    const token = signInternalToken(context.identity, secret, lifetimeSeconds);
    tokens.set(context.dedupKey, { token, renewAt: now() + lifetimeSeconds * 1000 - renewBeforeMs });
    return token;
  };
}
