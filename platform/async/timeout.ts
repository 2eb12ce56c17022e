import { setTimeout as sleep } from 'node:timers/promises';

/** What was asked has not answered in time; it may still do what it was asked to. */
export class TimeoutError extends Error {}

/** What the work comes to; undefined when it is not done in `ms` milliseconds. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws TimeoutError when the work is not done in `ms` milliseconds. */
export async function withTimeout<T>(ms: number, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal }).then(() => {
    throw new TimeoutError(`no answer within ${ms} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    // the timer, or the work that lost, ends without being listened to
    late.catch(() => undefined);
    work.catch(() => undefined);
    done.abort();
  }
}
