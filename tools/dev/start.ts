import color from 'picocolors';
import { readArguments, usage } from './arguments.ts';
import { type Development, developWith } from './development.ts';
import { Problem, reasonOf } from './problem.ts';
import './lean.mjs';
import { Screen } from './screen.ts';
import { type Shop, startShop } from './shop.ts';
import { welcome } from './welcome.ts';

/** Signals that come closer together are one request to stop: a terminal, npm and our own wrapper may each send one for the same Ctrl-C. */
const onePendingMs = 700;

async function main(): Promise<number> {
  const begun = performance.now();
  const { help, ...wanted } = readOrEnd();
  if (help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const screen = new Screen(process.stdout);
  const wish = new EndRequests(screen);
  try {
    const shop = await startShop({
      ...wanted,
      signal: wish.signal,
      onComponent: (name, status) => screen.component(name, status),
      onProblem: (name, problem) => screen.problem(name, problem),
    });
    wish.hasShop(shop);
    screen.finish(welcome(shop, wanted.dataDir, (performance.now() - begun) / 1000));
    const development = wanted.watch ? await developWith(shop, (line) => screen.say(`  ${color.yellow('↻')} ${line}`)) : null;
    if (development !== null) screen.say(watching(development));
    await wish.came;
    screen.say(color.dim('\n  Closing …'));
    await development?.stop();
    await shop.stop();
    screen.say(color.dim('  Everything has stopped; the data is kept.'));
    return 0;
  } catch (error) {
    screen.close();
    if (wish.signal.aborted) return 0;
    throw error;
  }
}

function watching({ storefrontUrl }: Development): string {
  const page = storefrontUrl === null ? '' : `; the storefront from its sources is at ${color.cyan(storefrontUrl)}`;
  return `  ${color.yellow('↻')} What is saved is restarted${page}\n`;
}

/** What was asked for; what cannot be understood ends the process, as it does for every command, with a sentence and 2. */
function readOrEnd() {
  try {
    return readArguments(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`\n  ${color.red('✗')} ${sentenceOf(error)}\n\n`);
    process.exit(error instanceof Problem ? 2 : 1);
  }
}

/** The first request ends everything in order, a second one at once. */
class EndRequests {
  readonly #screen: Screen;
  readonly #abort = new AbortController();
  readonly #came = Promise.withResolvers<void>();
  readonly signal = this.#abort.signal;
  readonly came = this.#came.promise;
  #shop: Shop | null = null;
  #firstMs = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#onSignal());
    // the script that started us was killed
    process.on('disconnect', () => this.#end());
    // npm forwards a signal to its shell only, and the shell does not forward it
    const parent = process.ppid;
    if (process.env['npm_lifecycle_event'] !== undefined) setInterval(() => process.ppid !== parent && this.#end(), 1000).unref();
  }

  hasShop(running: Shop): void {
    this.#shop = running;
  }

  #onSignal(): void {
    if (this.#firstMs === 0) {
      this.#end();
      return;
    }
    if (Date.now() - this.#firstMs < onePendingMs) return;
    this.#screen.say(color.dim('  At once, then.'));
    this.#shop?.kill();
  }

  #end(): void {
    if (this.#firstMs !== 0) return;
    this.#firstMs = Date.now();
    this.#abort.abort();
    this.#came.resolve();
  }
}

/** One sentence for what the person can put right; a stack for what is our mistake. */
function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  if (!(error instanceof Error)) return String(error);
  const isOfTheDisk = 'path' in error && reasonOf(error) !== error.message;
  return isOfTheDisk ? `${String(error.path)} cannot be used: ${reasonOf(error)}.` : (error.stack ?? error.message);
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`\n  ${color.red('✗')} ${sentenceOf(error)}\n\n`);
  process.exit(1);
}
