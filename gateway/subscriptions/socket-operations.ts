import { parseExactJson } from '#platform/exact-json.ts';
import { callerLeft } from '../pipeline/context.ts';
import type { AddressShare } from './held-operations.ts';

/** `begins` is the operation that it asks for, by the library's id. */
type Message = { readonly text: string; readonly begins: string | null };
type Incoming = Message | { readonly inUse: string } | { readonly isInvalid: true };

/** Message types that only a server sends; from a client the library would treat them as its own bug. */
const ofServers: ReadonlySet<unknown> = new Set(['connection_ack', 'next', 'error']);

/**
 * The operations of one socket, each known by itself. A client may complete an id and use it again at once, while what ran under it is
 * still being started or ended; the protocol's library knows operations by their ids alone and would take the two for one. So it is given
 * ids that never come twice, `<number>:<the client's id>`, and its messages are mapped back to the client's ids.
 */
export class SocketOperations {
  /** What the client means by an id at the moment: the number that makes it unique. */
  readonly #current = new Map<string, number>();
  /** By the library's ids what was asked for and has not ended, though the client may have completed it. */
  readonly #running = new Map<string, AbortController>();
  /** By the library's ids the queries and mutations that are not answered yet. */
  readonly #unanswered = new Map<string, PromiseWithResolvers<void>>();
  readonly #share: AddressShare;
  readonly #idLength: number;
  #last = 0;

  /** `idLength` is that of the longest id which a client may choose. */
  constructor(share: AddressShare, idLength: number) {
    this.#share = share;
    this.#idLength = idLength;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Whether more is under way from the socket's address than may be. */
  get isAddressExceeded(): boolean {
    return this.#share.isExceeded();
  }

  /** Aborted when the client completes the operation, or has gone. @param id the library's */
  signalOf(id: string): AbortSignal {
    return this.#running.get(id)?.signal ?? AbortSignal.abort(callerLeft());
  }

  /** It is a query or a mutation: its answer is waited for when the gateway stops. @param id the library's */
  expectAnswer(id: string): void {
    if (this.#running.has(id)) this.#unanswered.set(id, Promise.withResolvers());
  }

  /** Resolves when the queries and mutations that run now have been answered. */
  async answered(): Promise<void> {
    await Promise.all([...this.#unanswered.values()].map(({ promise }) => promise));
  }

  /** The socket is closed. */
  leave(): void {
    for (const operation of this.#running.values()) operation.abort(callerLeft());
  }

  /** A message of the client in the library's terms, or the id that it must not use a second time. Never throws. */
  incoming(text: string): Incoming {
    try {
      return this.#read(text);
    } catch {
      // nested so deep that it cannot be written again
      return { isInvalid: true };
    }
  }

  #read(text: string): Incoming {
    const message = parse(text);
    if (message === null) return { text, begins: null };
    const { type, id } = message;
    if (ofServers.has(type)) return { isInvalid: true };
    if (typeof id !== 'string' || id === '') return { text, begins: null };
    if (id.length > this.#idLength) return { isInvalid: true };
    if (type === 'subscribe') {
      if (this.#current.has(id)) return { inUse: id };
      this.#last += 1;
      const begins = `${this.#last}:${id}`;
      const renamed = withId(message, begins);
      this.#current.set(id, this.#last);
      return { text: renamed, begins };
    }
    const number = this.#current.get(id);
    if (type !== 'complete' || number === undefined) return { text, begins: null };
    this.#current.delete(id);
    const ends = `${number}:${id}`;
    this.#running.get(ends)?.abort(callerLeft());
    return { text: withId(message, ends), begins: null };
  }

  /** Lets the library deal with a message, whose promise for an operation ends when the operation does. */
  async run({ text, begins }: Message, take: (text: string) => Promise<void>): Promise<void> {
    if (begins === null) return take(text);
    this.#running.set(begins, new AbortController());
    const leave = this.#share.enter(text.length);
    try {
      await take(text);
    } finally {
      leave();
      this.#running.delete(begins);
      this.#unanswered.get(begins)?.resolve();
      this.#unanswered.delete(begins);
    }
  }

  /**
   * Maps a message of the library to the client's id; null for an operation that the client has completed. The library writes the id
   * first, so that nothing has to be parsed for it, which may be large.
   */
  outgoing(data: string): string | null {
    const [head, digits] = /^\{"id":"(\d+):/.exec(data) ?? [];
    if (head === undefined) return data;
    const text = `{"id":"${data.slice(head.length)}`;
    const [, quoted = '""', type] = /^\{"id":("(?:[^"\\]|\\.)*"),"type":"(\w+)"/.exec(text) ?? [];
    const id: string = JSON.parse(quoted);
    if (this.#current.get(id) !== Number(digits)) return null;
    if (type === 'complete' || type === 'error') this.#current.delete(id);
    return text;
  }
}

/** Null for an invalid message; the library reports it to the client. */
function parse(text: string): ({ readonly id?: unknown; readonly type?: unknown } & Record<string, unknown>) | null {
  try {
    const message = parseExactJson(text);
    return typeof message === 'object' && message !== null ? { ...message } : null;
  } catch {
    return null;
  }
}

function withId(message: Record<string, unknown>, id: string): string {
  return JSON.stringify({ ...message, id });
}
