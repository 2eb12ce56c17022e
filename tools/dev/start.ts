import color from 'picocolors';
import { readArguments, usage } from './arguments.ts';
import { type Development, developWith } from './development.ts';
import { EndRequests } from './end-requests.ts';
import { Problem, reasonOf } from './problem.ts';
import './lean.mjs';
import { Screen } from './screen.ts';
import { type Shop, startShop } from './shop.ts';
import { welcome } from './welcome.ts';

async function main(): Promise<number> {
  const begun = performance.now();
  const { help, ...wanted } = readOrEnd();
  if (help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const screen = new Screen(process.stdout);
  const started: Shop[] = [];
  const wish = new EndRequests(() => {
    screen.say(color.dim('  At once, then.'));
    for (const shop of started) shop.kill();
  });
  try {
    const shop = await startShop({
      ...wanted,
      signal: wish.signal,
      onComponent: (name, status) => screen.component(name, status),
      onProblem: (name, problem) => screen.problem(name, problem),
    });
    started.push(shop);
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
