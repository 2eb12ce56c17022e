import { signInternalToken } from '#platform/auth.ts';
import type { GatewayContext } from '../context.ts';

const lifetimeSeconds = 60;
const renewBeforeMs = 20_000;
const maxCallers = 10_000;

/** The gateway's own tokens toward subgraphs: one per caller, kept until shortly before it expires. Undefined without a secret. */
export function createInternalTokens(secret: string | undefined, now: () => number = Date.now) {
  const tokens = new Map<string, { token: string; renewAt: number }>();
  return (context: GatewayContext): string | undefined => {
    if (secret === undefined) return undefined;
    const kept = tokens.get(context.sharingKey);
    if (kept && kept.renewAt > now()) return kept.token;
    if (tokens.size >= maxCallers) tokens.clear();
    const token = signInternalToken(context.identity, secret, lifetimeSeconds);
    tokens.set(context.sharingKey, { token, renewAt: now() + lifetimeSeconds * 1000 - renewBeforeMs });
    return token;
  };
}
