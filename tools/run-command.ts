import { EndRequests } from './dev/end-requests.ts';

/** As a shell has it for Ctrl-C. */
const interruptedCode = 130;

/**
 * Runs a command of ours and ends the process with its exit code: what `main` resolves to, or 0; 2 with one sentence when it rejects, since then there is
 * no result; 130 when it was interrupted. Who is to clean up does so in `finally` around what is waited for with `unlessInterrupted`.
 */
export async function runCommand(main: (interrupted: AbortSignal) => Promise<number> | Promise<void>): Promise<void> {
  const { signal } = new EndRequests(() => process.exit(interruptedCode));
  try {
    process.exitCode = (await main(signal)) ?? 0;
  } catch (error) {
    if (!signal.aborted) process.stderr.write(`${sentenceOf(error)}\n`);
    process.exitCode = signal.aborted ? interruptedCode : 2;
  }
  // what else was under way, or open, would go on
  if (signal.aborted || process.exitCode === 2) process.exit();
}

/** The result of `work`; rejects as soon as the command is interrupted, whatever is under way. */
export function unlessInterrupted<T>(interrupted: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(new Error('interrupted'));
  if (interrupted.aborted) end();
  interrupted.addEventListener('abort', end, { once: true });
  // what is under way may fail by that, and nobody waits for it any more
  work.catch(() => undefined);
  return Promise.race([work, promise]).finally(() => interrupted.removeEventListener('abort', end));
}

/** The value of an option that counts something. @throws an Error with one sentence. */
export function wholeNumber(option: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option} takes a whole number from 1, not "${value}".`);
  return number;
}

/** With the cause of what `fetch` says: "fetch failed" helps nobody. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return message === 'fetch failed' && cause instanceof Error
    ? `${message}: ${cause.message || String((cause as { code?: unknown }).code)}`
    : message;
}
