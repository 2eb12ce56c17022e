import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { isBuilt } from '../../storefront/build.ts';
import { Problem } from './problem.ts';
import type { ShopContext } from './shop-context.ts';

/**
 * Builds the storefront when what is built is not of these sources, in a process of its own, so that nothing of the bundler stays in ours.
 * @throws Problem with what the bundler has against the sources.
 */
export async function prepareStorefront({ component }: ShopContext): Promise<void> {
  const { note, onState } = component('storefront');
  if (!isBuilt()) {
    note('its pages are bundled');
    await run(join(import.meta.dirname, '../..', 'storefront', 'build.ts'));
  }
  onState({ is: 'ready', pid: 0 }, 'built');
}

function run(file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [file], { timeout: 120_000 }, (error, _out, complaints) => {
      if (error === null) return resolve();
      reject(new Problem(`The storefront cannot be built: ${complaints.trim().slice(-2000) || error.message}`, { cause: error }));
    });
  });
}
