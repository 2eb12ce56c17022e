import type { Client, SubscribePayload } from 'graphql-ws';
import { isBreak, isLostEvent, type LiveResult, resumeAt, versionIn } from './live-results.ts';
import { type LiveSocket, openLiveSocket } from './live-socket.ts';

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
  /** The token was rejected: resolves when there is another one or none, rejects when the shop cannot be asked. */
  renew(): Promise<void>;
  /** In ms, before the attempt of this number, from 0. */
  backoffMs?(attempt: number): number;
  silenceMs?: number;
  answerMs?: number;
  webSocketImpl?: unknown;
};

/** Close codes of an invalid or expired token: it is renewed regardless of the clock of this browser. */
const tokenRejected: readonly (number | null)[] = [4401, 4403];
const defaultBackoffMs = (attempt: number) => (attempt === 0 ? 50 : 500) * Math.random() + Math.min(250 * 2 ** attempt - 250, 5000);

/**
 * Subscriptions over one socket (graphql-transport-ws). The library would repeat a subscription as it was first sent; here it goes on from
 * the last version received, so that no update is missed or delivered twice.
 */
export function createLive(deps: LiveDependencies): Live {
  return new LiveClient(deps);
}

class LiveClient implements Live {
  readonly #deps: LiveDependencies;
  readonly #backoffMs: (attempt: number) => number;
  readonly #listeners = new Set<() => void>();
  #state: Connection = 'idle';
  #followed = 0;
  #failures = 0;
  #pausing: Pause | null = null;
  #between: Promise<void> | null = null;
  #isTokenRejected = false;
  #socket: LiveSocket;

  constructor(deps: LiveDependencies) {
    this.#deps = deps;
    this.#backoffMs = deps.backoffMs ?? defaultBackoffMs;
    this.#socket = this.#open();
  }

  follow(payload: SubscribePayload, sink: LiveSink): () => void {
    this.#followed += 1;
    const followed = new Followed(payload, sink, {
      client: () => this.#socket.client,
      onDelivered: () => {
        this.#failures = 0;
      },
      beforeNextAttempt: () => this.#beforeNextAttempt(),
      onEnded: () => this.#leave(),
    });
    void followed.run();
    return () => followed.end();
  }

  // bound: React calls this and the next without their object
  readonly connection = (): Connection => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  reconnect(): void {
    const old = this.#socket;
    this.#socket = this.#open();
    this.#failures = 0;
    old.end();
  }

  wake(): void {
    this.#failures = 0;
    this.#pausing?.end();
    this.#socket.probe();
  }

  #open(): LiveSocket {
    return openLiveSocket({
      url: this.#deps.url,
      token: this.#deps.token,
      silenceMs: this.#deps.silenceMs ?? 10_000,
      answerMs: this.#deps.answerMs ?? 5000,
      webSocketImpl: this.#deps.webSocketImpl,
      onConnecting: () => void (this.#state !== 'offline' && this.#enter('connecting')),
      onConnected: () => {
        this.#failures = 0;
        this.#enter('live');
      },
      onClosed: (code, stood) => {
        this.#isTokenRejected ||= tokenRejected.includes(code);
        // one that stood may be back in a moment; only who tried and failed is offline
        this.#enter(stood ? 'connecting' : 'offline');
      },
    });
  }

  #enter(next: Connection): void {
    const entered = this.#followed === 0 ? 'idle' : next;
    if (entered === this.#state) return;
    this.#state = entered;
    for (const listener of this.#listeners) listener();
  }

  #leave(): void {
    this.#followed -= 1;
    if (this.#followed === 0 && this.#state !== 'live') this.#enter('idle');
  }

  /** One pause and one renewal for all that is followed: each break is one failure, however many were listening. */
  #beforeNextAttempt(): Promise<void> {
    this.#between ??= this.#backOff().finally(() => {
      this.#between = null;
    });
    return this.#between;
  }

  async #backOff(): Promise<void> {
    this.#pausing = beginPause(this.#backoffMs(this.#failures++));
    await this.#pausing.over;
    this.#pausing = null;
    if (!this.#isTokenRejected) return;
    this.#isTokenRejected = false;
    // without an answer the next attempt fails by itself
    await this.#deps.renew().catch(() => undefined);
  }
}

type FollowedDependencies = {
  /** Of the socket of the moment. */
  client(): Client;
  onDelivered(): void;
  beforeNextAttempt(): Promise<void>;
  /** Called once. */
  onEnded(): void;
};

/** One subscription that is followed over every break of the connection. */
class Followed {
  readonly #payload: SubscribePayload;
  readonly #sink: LiveSink;
  readonly #deps: FollowedDependencies;
  #isEnded = false;
  #hasLeft = false;
  #release: () => void = () => undefined;
  /** The last version received. */
  #seen: number | null = null;

  constructor(payload: SubscribePayload, sink: LiveSink, deps: FollowedDependencies) {
    this.#payload = payload;
    this.#sink = sink;
    this.#deps = deps;
  }

  async run(): Promise<void> {
    while (!this.#isEnded && (await this.#attempt()) === 'broken') if (!this.#isEnded) await this.#deps.beforeNextAttempt();
    if (!this.#isEnded) this.#sink.complete();
    this.#leave();
  }

  end(): void {
    this.#isEnded = true;
    this.#release();
    this.#leave();
  }

  #attempt(): Promise<'completed' | 'broken'> {
    return new Promise((resolve) => {
      const breakOff = () => {
        resolve('broken');
        this.#release();
      };
      this.#release = this.#deps.client().subscribe<Record<string, unknown>>(resumeAt(this.#payload, this.#seen), {
        next: (result) => {
          if (this.#isEnded) return;
          if (isLostEvent(result)) return breakOff();
          this.#deps.onDelivered();
          this.#seen = versionIn(result.data) ?? this.#seen;
          this.#sink.next(result);
        },
        error: (error) => {
          if (isBreak(error)) return resolve('broken');
          if (!this.#isEnded) this.#sink.error(error);
          this.#isEnded = true;
          resolve('completed');
        },
        complete: () => resolve('completed'),
      });
    });
  }

  #leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#deps.onEnded();
  }
}

type Pause = { readonly over: Promise<void>; end(): void };

function beginPause(ms: number): Pause {
  const ended = new AbortController();
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    ended.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return { over, end: () => ended.abort() };
}
