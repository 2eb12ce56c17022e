import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client as SocketClient } from 'graphql-ws';
import { Client } from 'undici';
import { WebSocket } from 'ws';
import { newTraceparent } from '#platform/tracing/new-traceparent.ts';
import type { Sendable } from './operations.ts';

/** What the gateway answered with instead of data; `code` as in `extensions.code`, or that of the connection. */
export class RequestFailed extends Error {
  readonly code: string;
  /** When the shop asks to come back, in seconds. */
  readonly retryAfterSeconds: number | null;

  constructor(code: string, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

type Answer = {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly retryAfterSeconds?: number };
  }[];
};

const answerWithinMs = 30_000;

/** The connections of one browser: HTTP kept alive, and one WebSocket for all subscriptions. */
export class Connection {
  readonly #http: Client;
  readonly #path: string;
  readonly #socketUrl: string;
  readonly #from: string | null;
  #token: string | null = null;
  #socket: SocketClient | null = null;

  /** @param from the address of this machine that it comes from; null: the usual one */
  constructor(graphUrl: string, from: string | null) {
    const { origin, pathname } = new URL(graphUrl);
    this.#http = new Client(origin, {
      ...(from === null ? {} : { localAddress: from }),
      headersTimeout: answerWithinMs,
      bodyTimeout: answerWithinMs,
    });
    this.#path = pathname;
    this.#socketUrl = graphUrl.replace(/^http/, 'ws');
    this.#from = from;
  }

  /** From now on requests and the WebSocket carry this access token. */
  authenticate(accessToken: string): void {
    this.#token = accessToken;
  }

  /** The data of an operation. @throws RequestFailed when there is none, or errors beside it. */
  async ask<Data>(operation: Sendable, variables: object): Promise<Data> {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/json',
      traceparent: newTraceparent(),
    };
    if (this.#token !== null) headers['authorization'] = `Bearer ${this.#token}`;
    const answer = await this.#post(headers, JSON.stringify({ ...operation, variables }));
    const [error] = answer.errors ?? [];
    if (error) throw new RequestFailed(error.extensions?.code ?? 'UNKNOWN', error.message, error.extensions?.retryAfterSeconds ?? null);
    if (answer.data === undefined) throw new RequestFailed('NO_DATA', 'The answer holds no data.');
    return answer.data as Data;
  }

  async #post(headers: Record<string, string>, body: string): Promise<Answer> {
    try {
      const { body: answer } = await this.#http.request({ method: 'POST', path: this.#path, headers, body });
      return (await answer.json()) as Answer;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      throw new RequestFailed(code ?? 'CONNECTION', message);
    }
  }

  /** Messages of a subscription; its socket opens with the first and is kept. Leaving the loop ends the subscription. */
  async *follow<Data>({ extensions }: Sendable, variables: Record<string, unknown>): AsyncGenerator<Data> {
    this.#socket ??= this.#openSocket();
    const named = { ...extensions, traceparent: newTraceparent() };
    try {
      for await (const { data, errors } of this.#socket.iterate<Data>({ query: '', variables, extensions: named })) {
        const [error] = errors ?? [];
        if (error) throw new RequestFailed(String(error.extensions?.['code'] ?? 'UNKNOWN'), error.message);
        if (data) yield data;
      }
    } catch (error) {
      throw asFailure(error);
    }
  }

  #openSocket(): SocketClient {
    const from = this.#from === null ? {} : { localAddress: this.#from };
    return createClient({
      url: this.#socketUrl,
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocols: string) {
          super(url, protocols, from);
        }
      },
      connectionParams: () => (this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
      shouldRetry: () => true,
      retryAttempts: 30,
      retryWait: () => sleep(500),
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#http.destroy(), this.#socket?.dispose()]);
  }
}

/** graphql-ws throws what the server sent: a list of errors that ended the subscription, or the event that closed the socket. */
function asFailure(thrown: unknown): RequestFailed {
  if (thrown instanceof RequestFailed) return thrown;
  const [first] = Array.isArray(thrown) ? (thrown as { message: string; extensions?: { code?: string } }[]) : [];
  if (first) return new RequestFailed(first.extensions?.code ?? 'UNKNOWN', first.message);
  const { code, reason, message } = thrown as { code?: number | string; reason?: string; message?: string };
  return new RequestFailed(`SOCKET_${code ?? 'CLOSED'}`, reason ?? message ?? 'The socket was closed.');
}
