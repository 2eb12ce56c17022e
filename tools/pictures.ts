import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import type { Shop } from '#tools/dev/shop.ts';
import { grantSession, type OpenBrowser, openBrowser } from '../tests/e2e/browser.ts';
import { withOwnShop } from './own-shop.ts';
import { record } from './pictures/animation.ts';
import { buyOnCamera } from './pictures/buy-on-camera.ts';
import { setScene } from './pictures/set-scene.ts';
import { type Scene, type Shot, shots } from './pictures/shots.ts';
import { runCommand, unlessInterrupted } from './run-command.ts';

const usage = `Takes the pictures of the README and of docs/ from a shop that it starts for itself, in a real browser.

npm run pictures                 all of them, and the moving one
npm run pictures -- NAME …       only these: ${[...shots.map((shot) => shot.name), 'order'].join(', ')}
npm run pictures -- --help       this text`;

const folder = join(import.meta.dirname, '..', 'docs', 'pictures');

async function take(browser: OpenBrowser, shot: Shot, scene: Scene): Promise<void> {
  const visitor = await browser.newVisitor({ ...shot.look, ...(shot.as ? { session: scene[shot.as] } : {}) });
  const { page } = visitor;
  await page.goto(shot.path(scene), { waitUntil: 'networkidle' });
  await shot.before?.(page);
  // skeletons, fonts and pictures that are further down have come
  await page.locator('[aria-busy="true"], [role="status"]:has-text("Loading")').first().waitFor({ state: 'detached' });
  writeFileSync(join(folder, `${shot.name}.png`), await page.screenshot({ animations: 'disabled' }));
  await visitor.close();
}

/** The animation: a customer pays with the slow card, and the order proceeds. */
async function takeMoving(browser: OpenBrowser, scene: Scene): Promise<void> {
  const visitor = await browser.newVisitor({ width: 880, height: 620, session: scene.customer });
  const gif = await record(visitor.page, await buyOnCamera(visitor.page));
  writeFileSync(join(folder, 'order.gif'), gif);
  await visitor.close();
}

async function main(interrupted: AbortSignal): Promise<void> {
  const { positionals } = readCommandLine(usage, {}, Number.POSITIVE_INFINITY);
  const unknown = positionals.find((name) => name !== 'order' && !shots.some((shot) => shot.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no picture "${unknown}". Known: ${shots.map((shot) => shot.name).join(', ')}, order.`);
  const isWanted = (name: string) => positionals.length === 0 || positionals.includes(name);

  process.stdout.write(color.dim('Opening a shop for the pictures …\n'));
  await withOwnShop({ name: 'pictures', interrupted }, async (shop) => {
    const browser = await openBrowser(shop.gatewayUrl, { endsOnSignals: false });
    await unlessInterrupted(interrupted, takeAll(shop, browser, isWanted)).finally(() => browser.close());
  });
}

async function takeAll(shop: Shop, browser: OpenBrowser, isWanted: (name: string) => boolean): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const logIn = (account: { login: string; password: string }) => grantSession(shop.gatewayUrl, { logIn: account });
  const { playgroundUrl } = shop;
  const set = await setScene(shop.gatewayUrl, await logIn(shop.credentials.customer), await logIn(shop.credentials.admin));
  const scene: Scene = { ...set, playgroundUrl };
  for (const shot of shots.filter(({ name }) => isWanted(name))) {
    await take(browser, shot, { ...scene, customer: await logIn(shop.credentials.customer), admin: await logIn(shop.credentials.admin) });
    process.stdout.write(`${color.green('✓')} docs/pictures/${shot.name}.png\n`);
  }
  if (isWanted('order')) {
    await takeMoving(browser, scene);
    process.stdout.write(`${color.green('✓')} docs/pictures/order.gif\n`);
  }
}

await runCommand(main);
