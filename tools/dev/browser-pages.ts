import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { playground } from '../../playground/build.ts';
import { storefront } from '../../storefront/build.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { Problem } from './problem.ts';
import type { ShopContext } from './shop-context.ts';

/**
 * Builds the storefront and the playground when what is built is not of these sources, each in a process of its own, so that nothing of
 * the bundlers stays in ours.
 * @throws Problem with what the bundler has against the sources.
 */
export async function prepareBrowserPages(shop: ShopContext): Promise<void> {
  if (!shop.members.includes('gateway')) {
    for (const name of ['storefront', 'playground'] as const)
      shop.component(name).absent('the gateway, which serves it, is not wanted: --only');
    return;
  }
  await Promise.all([prepare(shop, 'storefront', storefront), prepare(shop, 'playground', playground)]);
}

async function prepare({ component }: ShopContext, name: 'storefront' | 'playground', bundle: Bundle): Promise<void> {
  const { note, onState } = component(name);
  if (!bundle.isBuilt()) {
    note('its pages are bundled');
    await run(name, join(import.meta.dirname, '../..', name, 'build.ts'));
  }
  onState({ is: 'ready', pid: 0 }, 'built');
}

function run(name: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [file], { timeout: 120_000 }, (error, _out, complaints) => {
      if (error === null) return resolve();
      reject(new Problem(`The ${name} cannot be built: ${complaints.trim().slice(-2000) || error.message}`, { cause: error }));
    });
  });
}
