import { type Client, type ClientOptions, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { waitFor } from '#tests/support/wait-for.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a test selected, only the test knows
type Data = Record<string, any>;
type Failure = { message: string; extensions?: Record<string, unknown> };

/** One subscription as its client sees it. */
export type Seen = {
  readonly data: Data[];
  readonly errors: Failure[][];
  /** How it ended: null while it goes on. */
  end: { kind: 'complete' } | { kind: 'rejected'; errors: Failure[] } | { kind: 'closed'; code: number; reason: string } | null;
  /** Resolves when so many answers have come. */
  until(count: number): Promise<void>;
  untilEnd(): Promise<NonNullable<Seen['end']>>;
  unsubscribe(): void;
};

export function connect(url: string, token?: string, options: Partial<ClientOptions> = {}): Client {
  const connectionParams = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams, ...options });
}

export function watch(client: Client, query: string, variables: Record<string, unknown> = {}): Seen {
  const seen: Seen = {
    data: [],
    errors: [],
    end: null,
    until: async (count) => {
      await waitFor(`${count} answers, after ${JSON.stringify(seen.data)} ${JSON.stringify(seen.end)}`, () => seen.data.length >= count);
    },
    untilEnd: () => waitFor('the end of the subscription', () => seen.end),
    unsubscribe: () => undefined,
  };
  seen.unsubscribe = client.subscribe<Data>(
    { query, variables },
    {
      next({ data, errors }) {
        if (errors) seen.errors.push(errors as Failure[]);
        seen.data.push(data ?? {});
      },
      error(error) {
        if (Array.isArray(error)) seen.end = { kind: 'rejected', errors: error };
        else {
          const { code, reason } = error as { code: number; reason: string };
          seen.end = { kind: 'closed', code, reason };
        }
      },
      complete() {
        seen.end ??= { kind: 'complete' };
      },
    },
  );
  return seen;
}
