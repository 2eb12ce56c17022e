import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import { startShop } from '#tools/dev/shop.ts';
import type { Check, Move, Stage } from './demo/scene.ts';
import { type Story, stories } from './demo/stories.ts';
import { createShopClient, logIn } from './shop-client.ts';

const usage = `Plays every outcome of a checkout, live, against a running shop; starts its own when none runs.

npm run demo                     every story
npm run demo -- NAME …           only these: ${stories.map((story) => story.name).join(', ')}
npm run demo -- --data DIR       the data folder of the shop, .data by default
npm run demo -- --help           this text

Ends with 0 when every claim came true, with 1 when one did not, with 2 when it could not begin.`;

type Theatre = { gatewayUrl: string; login: string; password: string; close(): Promise<void> };

/** The shop that runs on this data folder, or one of its own that is gone afterwards. */
async function findOrStartShop(dataDir: string): Promise<Theatre> {
  const running = readJson<{ gatewayUrl: string }>(join(dataDir, 'run.json'));
  const credentials = readJson<{ admin: { login: string; password: string } }>(join(dataDir, 'credentials.json'));
  if (running && credentials && (await isReady(running.gatewayUrl))) {
    process.stdout.write(color.dim(`The shop at ${running.gatewayUrl}\n`));
    return { gatewayUrl: running.gatewayUrl, ...credentials.admin, close: async () => {} };
  }
  process.stdout.write(color.dim('No shop runs here: starting one for the demo …\n'));
  const folder = await mkdtemp(join(tmpdir(), 'marigold-demo-'));
  const shop = await startShop({ dataDir: folder, ports: 'free', quiet: true });
  return {
    gatewayUrl: shop.gatewayUrl,
    ...shop.credentials.admin,
    async close() {
      await shop.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return null;
  }
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

async function main(): Promise<number> {
  const { values, positionals } = readCommandLine(usage, { data: { type: 'string', default: '.data' } }, Number.POSITIVE_INFINITY);
  const unknown = positionals.find((name) => !stories.some((story) => story.name === name));
  if (unknown !== undefined) throw new Error(`There is no story "${unknown}". Known: ${stories.map((story) => story.name).join(', ')}.`);
  const theatre = await findOrStartShop(values.data);
  const { accessToken } = await logIn(theatre.gatewayUrl, theatre.login, theatre.password);
  const admin = createShopClient(theatre.gatewayUrl, accessToken);
  const stage: Stage = {
    gatewayUrl: theatre.gatewayUrl,
    admin,
    output: { print: (sentence) => process.stdout.write(`  ${color.dim(sentence)}\n`), move: tellMove },
  };
  try {
    const chosen = positionals.length === 0 ? stories : stories.filter((story) => positionals.includes(story.name));
    let wrong = 0;
    for (const story of chosen) if (!(await play(story, stage))) wrong += 1;
    process.stdout.write(
      `\n${wrong === 0 ? color.green(`All ${chosen.length} stories came true.`) : color.red(`${wrong} of ${chosen.length} stories did not come true.`)}\n`,
    );
    return wrong === 0 ? 0 : 1;
  } finally {
    await admin.close();
    await theatre.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`The demo could not begin: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
