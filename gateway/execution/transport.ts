import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { type Dispatcher, Pool } from 'undici';

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/**
 * A body without its content-encodings (RFC 9110, 8.4), off the event loop.
 * @throws Error when one is not known, or the body is not encoded so, or larger than `maxBytes`.
 */
async function decode(body: Buffer, encodings: string, maxBytes: number): Promise<Buffer> {
  let decoded = body;
  const names = encodings.toLowerCase().split(',');
  for (const name of names.map((text) => text.trim()).reverse()) {
    if (name === '' || name === 'identity') continue;
    const decoder = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (decoder === undefined) throw new Error(`The content-encoding "${name}" is not known here.`);
    decoded = await decoder(decoded, { maxOutputLength: maxBytes });
  }
  return decoded;
}

/**
 * `left`: who asked does not wait for the answer any more. `unsent`: every connection was busy for all of the time, so the other side was never asked.
 * `refused`: no connection came about, so it was not asked either.
 */
export type TransportFailure = 'connection' | 'refused' | 'timeout' | 'unsent' | 'too-large' | 'unreadable' | 'left';

/** The other side could not be asked. `cause` names addresses and is for the log only. */
export class TransportError extends Error {
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, cause?: unknown) {
    super(`The call failed: ${failure}`, cause === undefined ? undefined : { cause });
    this.name = 'TransportError';
    this.failure = failure;
  }
}

export type TransportAnswer = { readonly status: number; readonly text: string };

export type Transport = {
  /** @throws TransportError; an HTTP status, whatever it is, is an answer. */
  post(body: string, headers: Readonly<Record<string, string>>, timeoutMs: number, ended?: AbortSignal): Promise<TransportAnswer>;
  close(): Promise<void>;
};

const maxAnswerBytes = 32 * 1024 * 1024;

/** POSTs JSON to one address over a pool of kept connections. No streams and no Fetch objects: they cost several times the call. */
export function openTransport(url: string, connections: number): Transport {
  const { origin, pathname, search } = new URL(url);
  const path = `${pathname}${search}`;
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    // shorter than the servers' own, so that a connection is not closed under a request
    keepAliveTimeout: 30_000,
    connect: { timeout: 2000 },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    post: (body, headers, timeoutMs, ended) =>
      new Promise((resolve, reject) => {
        if (ended?.aborted) return reject(new TransportError('left'));
        const request = { path, method: 'POST' as const, headers, body };
        const collector = new AnswerCollector(resolve, reject, timeoutMs);
        ended?.addEventListener('abort', () => collector.leave(), { once: true });
        pool.dispatch(request, collector);
      }),
    // destroys open requests: the caller has already waited for those that matter
    close: () => pool.destroy(),
  };
}

class AnswerCollector implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: TransportAnswer) => void;
  readonly #reject: (error: TransportError) => void;
  readonly #deadline: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #encoding: string | undefined;
  #isOver = false;
  #failure: TransportError | undefined;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(resolve: (answer: TransportAnswer) => void, reject: (error: TransportError) => void, timeoutMs: number) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#deadline = setTimeout(() => this.#fail(new TransportError(this.#controller ? 'timeout' : 'unsent')), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // it waited in the pool for longer than it may take
    if (this.#failure) controller.abort(this.#failure);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#encoding = headers['content-encoding'];
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > maxAnswerBytes) this.#fail(new TransportError('too-large'));
    else this.#chunks.push(Buffer.from(chunk));
  }

  onResponseEnd(): void {
    this.#isOver = true;
    clearTimeout(this.#deadline);
    const [only] = this.#chunks;
    const whole = this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks);
    if (this.#encoding === undefined) this.#answer(whole);
    else
      decode(whole, this.#encoding, maxAnswerBytes).then(
        (decoded) => this.#answer(decoded),
        (error: unknown) => this.#reject(new TransportError('unreadable', error)),
      );
  }

  #answer(body: Buffer): void {
    // a lenient decoder would replace each invalid byte with a character that was not sent
    if (isUtf8(body)) this.#resolve({ status: this.#status, text: body.toString('utf8') });
    else this.#reject(new TransportError('unreadable', new Error('The answer is not UTF-8.')));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const failure = this.#controller === undefined ? 'refused' : 'connection';
    this.#fail(error instanceof TransportError ? error : new TransportError(failure, error));
  }

  leave(): void {
    if (!this.#isOver) this.#fail(new TransportError('left'));
  }

  #fail(error: TransportError): void {
    if (this.#failure) return;
    this.#failure = error;
    clearTimeout(this.#deadline);
    this.#controller?.abort(error);
    this.#reject(error);
  }
}
