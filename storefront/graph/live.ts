import type { SubscribePayload } from 'graphql-ws';
import { isBreak, isLostEvent, type LiveResult, resumeAt, versionIn } from './live-results.ts';
import { openLiveSocket } from './live-socket.ts';

/** `live`: the socket is open. `connecting`: it is being opened. `offline`: opening failed and is retried. `idle`: there is no subscriber. */
export type Connection = 'idle' | 'connecting' | 'live' | 'offline';

export type Live = {
  /** Follows a subscription over every break of the connection, from where it stood. Returns what ends it. */
  follow(payload: SubscribePayload, sink: LiveSink): () => void;
  connection(): Connection;
  subscribe(listener: () => void): () => void;
  /** Closes the socket; subscriptions reconnect, possibly with another session. */
  reconnect(): void;
  /** The page is seen again after a while, or the network is back: what was waited for is tried now, and a socket that stands is asked whether it lives. */
  wake(): void;
};

export type LiveSink = { next(result: LiveResult): void; error(error: unknown): void; complete(): void };

export type LiveDependencies = {
  url: string;
  token(): Promise<string | null>;
  /** The token was refused: resolves when there is another one or none, rejects when the shop cannot be asked. */
  renew(): Promise<void>;
  /** In ms, before the attempt of this number, from 0. */
  backoffMs?(attempt: number): number;
  silenceMs?: number;
  answerMs?: number;
  webSocketImpl?: unknown;
};

/** Close codes of an invalid or expired token: it is renewed regardless of the clock of this browser. */
const tokenRefused: readonly (number | null)[] = [4401, 4403];
const defaultBackoffMs = (attempt: number) => (attempt === 0 ? 50 : 500) * Math.random() + Math.min(250 * 2 ** attempt - 250, 5000);

/**
 * Subscriptions over one socket (graphql-transport-ws). The library would repeat a subscription as it was first sent; here it goes on from
 * the last version received, so that no update is missed or delivered twice.
 */
export function createLive(deps: LiveDependencies): Live {
  const listeners = new Set<() => void>();
  const backoffMs = deps.backoffMs ?? defaultBackoffMs;
  let state: Connection = 'idle';
  let followed = 0;
  let failures = 0;
  let pausing: { readonly over: Promise<void>; end(): void } | null = null;
  let between: Promise<void> | null = null;
  let isRefused = false;
  let socket = open();

  function enter(next: Connection): void {
    const entered = followed === 0 ? 'idle' : next;
    if (entered === state) return;
    state = entered;
    for (const listener of listeners) listener();
  }

  function open() {
    let stood = false;
    return openLiveSocket({
      url: deps.url,
      token: deps.token,
      silenceMs: deps.silenceMs ?? 10_000,
      answerMs: deps.answerMs ?? 5000,
      webSocketImpl: deps.webSocketImpl,
      onConnecting: () => void (state !== 'offline' && enter('connecting')),
      onConnected() {
        stood = true;
        failures = 0;
        enter('live');
      },
      onClosed(code) {
        isRefused ||= tokenRefused.includes(code);
        // one that stood may be back in a moment; only who tried and failed is offline
        enter(stood ? 'connecting' : 'offline');
        stood = false;
      },
    });
  }

  /** One pause and one renewal for all that is followed: each break is one failure, however many were listening. */
  function beforeNextAttempt(): Promise<void> {
    between ??= catchBreath().finally(() => {
      between = null;
    });
    return between;
  }

  async function catchBreath(): Promise<void> {
    pausing = beginPause(backoffMs(failures++));
    await pausing.over;
    pausing = null;
    if (!isRefused) return;
    isRefused = false;
    // without an answer the next attempt fails by itself
    await deps.renew().catch(() => undefined);
  }

  function follow(payload: SubscribePayload, sink: LiveSink): () => void {
    let ended = false;
    let release: () => void = () => undefined;
    let seen: number | null = null;
    followed += 1;

    const attempt = () =>
      new Promise<'completed' | 'broken'>((resolve) => {
        const stop = socket.client.subscribe(resumeAt(payload, seen), {
          next(result) {
            if (ended) return;
            if (isLostEvent(result)) return breakOff();
            failures = 0;
            seen = versionIn(result.data) ?? seen;
            sink.next(result);
          },
          error(error) {
            if (isBreak(error)) return resolve('broken');
            if (!ended) sink.error(error);
            ended = true;
            resolve('completed');
          },
          complete: () => resolve('completed'),
        });
        const breakOff = () => {
          resolve('broken');
          stop();
        };
        release = stop;
      });

    const run = async () => {
      while (!ended && (await attempt()) === 'broken') if (!ended) await beforeNextAttempt();
      if (!ended) sink.complete();
      leave();
    };
    let isCounted = true;
    const leave = () => {
      if (!isCounted) return;
      isCounted = false;
      followed -= 1;
      if (followed === 0 && state !== 'live') enter('idle');
    };
    void run();

    return () => {
      ended = true;
      release();
      leave();
    };
  }

  return {
    follow,
    connection: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reconnect() {
      const old = socket;
      socket = open();
      failures = 0;
      old.end();
    },
    wake() {
      failures = 0;
      pausing?.end();
      socket.probe();
    },
  };
}

function beginPause(ms: number): { readonly over: Promise<void>; end(): void } {
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(() => end(), ms);
    end = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { over, end };
}
