import { type Client, createClient } from 'graphql-ws';

export type LiveSocketDependencies = {
  url: string;
  token(): Promise<string | null>;
  /** How long silence may last before the socket is asked whether it lives, and then how long an answer may take, in ms. */
  silenceMs: number;
  answerMs: number;
  webSocketImpl?: unknown;
  onConnecting(): void;
  onConnected(): void;
  /** With the code of the Close frame, null when there was none; `stood` when it had been connected. */
  onClosed(code: number | null, stood: boolean): void;
};

export type LiveSocket = {
  readonly client: Client;
  /** Pings the socket: after the machine has slept it may be dead. */
  probe(): void;
  end(): void;
};

/** One socket of graphql-transport-ws, opened when it is needed. It does not reconnect by itself, and a silent connection is closed. */
export function openLiveSocket(deps: LiveSocketDependencies): LiveSocket {
  return new WatchedSocket(deps);
}

class WatchedSocket implements LiveSocket {
  readonly client: Client;
  readonly #deps: LiveSocketDependencies;
  #socket: { send(text: string): void; readyState: number } | null = null;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(deps: LiveSocketDependencies) {
    this.#deps = deps;
    this.client = createClient({
      url: deps.url,
      lazy: true,
      lazyCloseTimeout: 1000,
      retryAttempts: 0,
      keepAlive: deps.silenceMs,
      connectionAckWaitTimeout: deps.answerMs,
      ...(deps.webSocketImpl === undefined ? {} : { webSocketImpl: deps.webSocketImpl }),
      connectionParams: async () => {
        const token = await deps.token();
        return token === null ? {} : { authorization: `Bearer ${token}` };
      },
      on: {
        connecting: () => this.#onConnecting(),
        connected: (opened) => this.#onConnected(opened),
        ping: (isTheirs) => void (isTheirs || this.#expectAnswer(deps.answerMs)),
        message: () => clearTimeout(this.#waiting),
        closed: (event) => this.#onClosed(event),
      },
    });
  }

  probe(): void {
    if (this.#socket?.readyState !== 1) return;
    this.#expectAnswer(this.#deps.answerMs);
    this.#socket.send('{"type":"ping"}');
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#waiting);
    this.client.terminate();
  }

  #onConnecting(): void {
    if (this.#isOver) return;
    // one that never opens, nor fails
    this.#expectAnswer(2 * this.#deps.answerMs);
    this.#deps.onConnecting();
  }

  #onConnected(opened: unknown): void {
    clearTimeout(this.#waiting);
    this.#socket = opened as { send(text: string): void; readyState: number };
    if (!this.#isOver) this.#deps.onConnected();
  }

  #onClosed(event: unknown): void {
    clearTimeout(this.#waiting);
    const stood = this.#socket !== null;
    this.#socket = null;
    if (!this.#isOver) this.#deps.onClosed(codeOf(event), stood);
  }

  #expectAnswer(withinMs: number): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.client.terminate(), withinMs);
  }
}

function codeOf(event: unknown): number | null {
  return typeof event === 'object' && event !== null && 'code' in event && typeof event.code === 'number' ? event.code : null;
}
