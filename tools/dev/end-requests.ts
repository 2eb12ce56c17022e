/** Signals that come closer together are one request to stop: a terminal, npm and our own wrapper may each send one for the same Ctrl-C. */
const onePendingMs = 700;

/** Somebody wants this process to end: by a signal, or because the script is gone that runs it. The first request is to end in order, a second one at once. */
export class EndRequests {
  readonly #onSecond: () => void;
  readonly #abort = new AbortController();
  readonly #came = Promise.withResolvers<void>();
  /** Aborted with the first request. */
  readonly signal = this.#abort.signal;
  /** Resolves with the first request. */
  readonly came = this.#came.promise;
  #firstMs = 0;

  constructor(onSecond: () => void) {
    this.#onSecond = onSecond;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#onSignal());
    // the script that started us was killed
    process.on('disconnect', () => this.#end());
    process.channel?.unref();
    // npm forwards a signal to its shell only, and the shell does not forward it
    const parent = process.ppid;
    if (process.env['npm_lifecycle_event'] !== undefined) setInterval(() => process.ppid !== parent && this.#end(), 1000).unref();
  }

  #onSignal(): void {
    if (this.#firstMs === 0) this.#end();
    else if (Date.now() - this.#firstMs >= onePendingMs) this.#onSecond();
  }

  #end(): void {
    if (this.#firstMs !== 0) return;
    this.#firstMs = Date.now();
    this.#abort.abort();
    this.#came.resolve();
  }
}
