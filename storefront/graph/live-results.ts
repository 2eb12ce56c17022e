import type { SubscribePayload } from 'graphql-ws';

/** A response or an update, as received over the socket. */
export type LiveResult = { readonly data?: Record<string, unknown> | null | undefined; readonly errors?: readonly object[] | undefined };

/** Codes of errors that are about the moment and not about what was asked for: the same, asked a little later, may be answered. */
const passing = new Set(['UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL']);

/** The connection broke, or a part of the shop was away: everything but the user errors that the shop gave to this subscription. */
export function isBreak(error: unknown): boolean {
  return !Array.isArray(error) || error.some(isPassing);
}

/** An update that could not be delivered because a subgraph was unavailable: a subscriber that resumes from the version before receives it again. */
export function isLostEvent({ data, errors }: LiveResult): boolean {
  const [update] = Object.values(data ?? {});
  return (update === null || update === undefined) && (errors ?? []).some(isPassing);
}

function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('extensions' in error)) return false;
  const { extensions } = error;
  return typeof extensions === 'object' && extensions !== null && 'code' in extensions && passing.has(String(extensions.code));
}

/** A subscription with `sinceVersion` resumes after the last version it received. */
export function resumeAt(payload: SubscribePayload, seen: number | null): SubscribePayload {
  if (seen === null || payload.variables == null || !('sinceVersion' in payload.variables)) return payload;
  return { ...payload, variables: { ...payload.variables, sinceVersion: seen } };
}

/** The version of the updated entity; null when it has none. */
export function versionIn(data: unknown): number | null {
  if (typeof data !== 'object' || data === null) return null;
  const [update] = Object.values(data);
  if (typeof update !== 'object' || update === null || !('version' in update)) return null;
  return typeof update.version === 'number' ? update.version : null;
}
