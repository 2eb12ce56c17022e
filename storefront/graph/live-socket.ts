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
  /** With the code of the Close frame; null when there was none. */
  onClosed(code: number | null): void;
};

export type LiveSocket = {
  readonly client: Client;
  /** Pings the socket: after the machine has slept it may be dead. */
  probe(): void;
  end(): void;
};

/** One socket of graphql-transport-ws, opened when it is needed. It does not reconnect by itself, and a silent connection is closed. */
export function openLiveSocket(deps: LiveSocketDependencies): LiveSocket {
  let socket: { send(text: string): void; readyState: number } | null = null;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  const client: Client = createClient({
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
      connecting() {
        if (isOver) return;
        // one that never opens, nor fails
        expectAnswer(2 * deps.answerMs);
        deps.onConnecting();
      },
      connected(opened) {
        clearTimeout(waiting);
        socket = opened as typeof socket;
        if (!isOver) deps.onConnected();
      },
      ping: (isTheirs) => void (isTheirs || expectAnswer(deps.answerMs)),
      message: () => clearTimeout(waiting),
      closed(event) {
        clearTimeout(waiting);
        socket = null;
        if (!isOver) deps.onClosed(codeOf(event));
      },
    },
  });

  function expectAnswer(withinMs: number): void {
    clearTimeout(waiting);
    waiting = setTimeout(() => client.terminate(), withinMs);
  }

  return {
    client,
    probe() {
      if (socket?.readyState !== 1) return;
      expectAnswer(deps.answerMs);
      socket.send('{"type":"ping"}');
    },
    end() {
      isOver = true;
      clearTimeout(waiting);
      client.terminate();
    },
  };
}

function codeOf(event: unknown): number | null {
  return typeof event === 'object' && event !== null && 'code' in event && typeof event.code === 'number' ? event.code : null;
}
