import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import type { Check, Move, Stage } from './demo/scene.ts';
import { type Story, stories } from './demo/stories.ts';
import type { Credentials } from './dev/secrets.ts';
import { withOwnShop } from './own-shop.ts';
import { runCommand, unlessInterrupted } from './run-command.ts';
import { findRunningShop, readRun } from './running-shop.ts';
import { createShopClient, logIn } from './shop-client.ts';

const usage = `Plays every outcome of a checkout, live, against a running shop; starts its own when none runs.

npm run demo                     every story
npm run demo -- NAME …           only these: ${stories.map((story) => story.name).join(', ')}
npm run demo -- --data DIR       the data folder of the shop, .data by default
npm run demo -- --help           this text

Ends with 0 when every claim came true, with 1 when one did not, with 2 when it could not begin.`;

type Theatre = { readonly gatewayUrl: string; readonly credentials: Pick<Credentials, 'admin'> };

/** Plays at the shop that runs on this data folder, or at one of its own that is gone afterwards. */
async function atShop<T>(dataDir: string, interrupted: AbortSignal, use: (theatre: Theatre) => Promise<T>): Promise<T> {
  const running = readRun(dataDir);
  if (running !== null && (await isReady(running.gatewayUrl))) {
    process.stdout.write(color.dim(`The shop at ${running.gatewayUrl}\n`));
    return unlessInterrupted(interrupted, use(await findRunningShop(dataDir)));
  }
  process.stdout.write(color.dim('No shop runs here: starting one for the demo …\n'));
  return withOwnShop({ name: 'demo', interrupted }, use);
}

async function isReady(gatewayUrl: string): Promise<boolean> {
  return fetch(new URL('/readyz', gatewayUrl), { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
}

const statusColors: Readonly<Record<string, (text: string) => string>> = {
  PAID: color.green,
  CANCELLED: color.red,
  AWAITING_PAYMENT: color.yellow,
};

function tellMove(move: Move): void {
  const paint = statusColors[move.status] ?? color.cyan;
  const reason = move.cancelReason ? color.dim(` ${move.cancelReason}`) : '';
  process.stdout.write(`  ${`${Math.max(0, Math.round(move.atMs))} ms`.padStart(9)}  ${paint(move.status)}${reason}\n`);
}

async function play(story: Story, stage: Stage): Promise<boolean> {
  process.stdout.write(`\n${color.bold(story.title)}\n`);
  let checks: Check[];
  try {
    checks = await story.play(stage);
  } catch (error) {
    checks = [{ claim: 'the story ran to its end', holds: false, found: error instanceof Error ? error.message : String(error) }];
  }
  for (const { claim, holds, found } of checks) {
    process.stdout.write(holds ? `  ${color.green('✓')} ${claim}\n` : `  ${color.red('✗')} ${claim} ${color.dim('found:')} ${found}\n`);
  }
  return checks.every((check) => check.holds);
}

async function playAll({ gatewayUrl, credentials }: Theatre, chosen: readonly Story[]): Promise<number> {
  const { accessToken } = await logIn(gatewayUrl, credentials.admin.login, credentials.admin.password);
  const admin = createShopClient(gatewayUrl, accessToken);
  const print = (sentence: string) => process.stdout.write(`  ${color.dim(sentence)}\n`);
  try {
    let wrong = 0;
    for (const story of chosen) if (!(await play(story, { gatewayUrl, admin, output: { print, move: tellMove } }))) wrong += 1;
    process.stdout.write(
      `\n${wrong === 0 ? color.green(`All ${chosen.length} stories came true.`) : color.red(`${wrong} of ${chosen.length} stories did not come true.`)}\n`,
    );
    return wrong === 0 ? 0 : 1;
  } finally {
    await admin.close();
  }
}

async function main(interrupted: AbortSignal): Promise<number> {
  const { values, positionals } = readCommandLine(usage, { data: { type: 'string', default: '.data' } }, Number.POSITIVE_INFINITY);
  const unknown = positionals.find((name) => !stories.some((story) => story.name === name));
  if (unknown !== undefined) throw new Error(`There is no story "${unknown}". Known: ${stories.map((story) => story.name).join(', ')}.`);
  const chosen = positionals.length === 0 ? stories : stories.filter((story) => positionals.includes(story.name));
  return atShop(values.data, interrupted, (theatre) => playAll(theatre, chosen));
}

await runCommand(main);
