import color from 'picocolors';
import { readArguments, usage } from './arguments.ts';
import { type Development, developWith } from './development.ts';
import { Problem, reasonOf } from './problem.ts';
import './lean.mjs';
import { createScreen, type Screen } from './screen.ts';
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
  const screen = createScreen(process.stdout);
  const wish = listenForTheEnd(screen);
  try {
    const shop = await startShop({
      ...wanted,
      signal: wish.signal,
      onComponent: screen.component,
      onProblem: screen.problem,
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
function listenForTheEnd(screen: Screen) {
  const abort = new AbortController();
  const came = Promise.withResolvers<void>();
  let shop: Shop | null = null;
  let first = 0;
  const end = () => {
    if (first !== 0) return;
    first = Date.now();
    abort.abort();
    came.resolve();
  };
  const onSignal = () => {
    if (first === 0) return end();
    if (Date.now() - first < onePendingMs) return;
    screen.say(color.dim('  At once, then.'));
    shop?.kill();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  // the script that started us was killed
  process.on('disconnect', end);
  // npm forwards a signal to its shell only, and the shell does not forward it
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] !== undefined) setInterval(() => process.ppid !== parent && end(), 1000).unref();
  return {
    signal: abort.signal,
    came: came.promise,
    hasShop(running: Shop) {
      shop = running;
    },
  };
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
