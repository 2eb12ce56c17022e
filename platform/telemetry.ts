import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

const traceparentPattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const current = new AsyncLocalStorage<string>();

/** The W3C trace context (`traceparent`) that the running code belongs to, or undefined outside of any. */
export function currentTraceparent(): string | undefined {
  return current.getStore();
}

/** Runs `work` as part of the given trace; a missing or malformed one begins a new trace. */
export function withTraceparent<T>(traceparent: string | undefined, work: () => T): T {
  return current.run(nextTraceparent(traceparent), work);
}

/** The same trace with a span of its own, or a new trace when there was none. */
export function nextTraceparent(parent: string | undefined): string {
  const traceId = traceparentPattern.exec(parent ?? '')?.[1] ?? randomBytes(16).toString('hex');
  return `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
}

/** The trace id (32 hex digits) that correlates all logs of a request, or undefined. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparentPattern.exec(traceparent ?? '')?.[1];
}
