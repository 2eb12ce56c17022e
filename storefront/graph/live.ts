import { type Client, createClient, type SubscribePayload } from 'graphql-ws';

/** `live`: the socket stands. `connecting`: it is being made. `offline`: it could not be, and is tried again. `idle`: nobody listens. */
export type Connection = 'idle' | 'connecting' | 'live' | 'offline';

export type Live = {
  /** Follows a subscription over every break of the connection, from where it stood. Returns what ends it. */
  follow(payload: SubscribePayload, sink: LiveSink): () => void;
  connection(): Connection;
  subscribe(listener: () => void): () => void;
  /** Closes the socket; what is followed connects again, as somebody else perhaps. */
  reconnect(): void;
};

/** An answer or a told event, as it came over the socket. */
export type LiveResult = { data?: Record<string, unknown> | null | undefined; errors?: readonly object[] | undefined };
export type LiveSink = { next(result: LiveResult): void; error(error: unknown): void; complete(): void };

export type LiveParts = {
  url: string;
  token(): Promise<string | null>;
  /** The token was refused for good. */
  onRefused(): void;
  /** In ms, for the attempt of this number, from 0. */
  backoffMs?(attempt: number): number;
  webSocketImpl?: unknown;
};

const refused = 4401;
const halfRandom = (ms: number) => ms / 2 + Math.random() * (ms / 2);
const defaultBackoffMs = (attempt: number) => halfRandom(Math.min(250 * 2 ** attempt, 5000));

/**
 * Subscriptions over one socket (graphql-transport-ws). The library would repeat a subscription as it was first sent; here it goes on from
 * the last version that was seen, so that nothing is missed and nothing told twice.
 */
export function createLive(parts: LiveParts): Live {
  const listeners = new Set<() => void>();
  const waiting = new Set<() => void>();
  const backoffMs = parts.backoffMs ?? defaultBackoffMs;
  let state: Connection = 'idle';
  let followed = 0;
  let failures = 0;
  let client = open();

  function enter(next: Connection): void {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  }

  function open(): Client {
    return createClient({
      url: parts.url,
      lazy: true,
      lazyCloseTimeout: 1000,
      retryAttempts: 0,
      keepAlive: 10_000,
      ...(parts.webSocketImpl === undefined ? {} : { webSocketImpl: parts.webSocketImpl }),
      connectionParams: async () => {
        const token = await parts.token();
        return token === null ? {} : { authorization: `Bearer ${token}` };
      },
      on: {
        connecting: () => enter('connecting'),
        connected: () => {
          failures = 0;
          enter('live');
        },
        closed: (event) => {
          if (isClose(event) && event.code === refused) parts.onRefused();
          enter(followed > 0 ? 'offline' : 'idle');
        },
      },
    });
  }

  /** Resolves after a while, or as soon as the browser says that it is online again. */
  function pause(): { done: Promise<void>; cancel(): void } {
    let cancel: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, backoffMs(failures++));
      cancel = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    waiting.add(cancel);
    void done.then(() => waiting.delete(cancel));
    return { done, cancel };
  }

  function follow(payload: SubscribePayload, sink: LiveSink): () => void {
    let ended = false;
    let release: () => void = () => undefined;
    let seen: number | null = null;
    followed += 1;

    const attempt = () =>
      new Promise<'completed' | 'broken'>((resolve) => {
        release = client.subscribe(resumeAt(payload, seen), {
          next(result) {
            seen = versionIn(result.data) ?? seen;
            if (!ended) sink.next(result);
          },
          error(error) {
            if (isBreak(error)) return resolve('broken');
            if (!ended) sink.error(error);
            resolve('completed');
          },
          complete: () => resolve('completed'),
        });
      });

    const run = async () => {
      while (!ended && (await attempt()) === 'broken') {
        if (ended) return;
        enter('offline');
        const { done, cancel } = pause();
        release = cancel;
        await done;
      }
      if (!ended) sink.complete();
    };
    void run().finally(() => {
      followed -= 1;
    });

    return () => {
      ended = true;
      release();
    };
  }

  if (typeof window !== 'undefined') {
    window.addEventListener('online', () => {
      failures = 0;
      for (const cancel of waiting) cancel();
    });
  }

  return {
    follow,
    connection: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reconnect() {
      const old = client;
      client = open();
      old.terminate();
    },
  };
}

/** The connection broke, which is not an answer: everything but the errors that the shop gave to this subscription. */
function isBreak(error: unknown): boolean {
  return !Array.isArray(error);
}

function isClose(event: unknown): event is { code: number } {
  return typeof event === 'object' && event !== null && 'code' in event;
}

/** A subscription that knows `sinceVersion` goes on behind the last version it was told. */
export function resumeAt(payload: SubscribePayload, seen: number | null): SubscribePayload {
  if (seen === null || payload.variables == null || !('sinceVersion' in payload.variables)) return payload;
  return { ...payload, variables: { ...payload.variables, sinceVersion: seen } };
}

/** The version of the one thing that was told; null when it has none. */
export function versionIn(data: unknown): number | null {
  if (typeof data !== 'object' || data === null) return null;
  const [told] = Object.values(data);
  if (typeof told !== 'object' || told === null || !('version' in told)) return null;
  return typeof told.version === 'number' ? told.version : null;
}
