import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { belongsTo } from './belongs.ts';
import { reasonOf } from './problem.ts';
import type { ServiceName } from './services.ts';
import type { Shop } from './shop.ts';
import { SourceWatch } from './source-watch.ts';

export type Development = {
  /** The storefront from its sources, which loads anew what is saved; null without a gateway. */
  readonly storefrontUrl: string | null;
  stop(): Promise<void>;
};

const root = join(import.meta.dirname, '../..');
const folders = ['gateway', 'kafka', 'platform', 'schema', 'subgraphs'];

/** Restarts what a saved file belongs to, for as long as the shop runs; `say` gets a line for each. */
export async function developWith(shop: Shop, say: (line: string) => void): Promise<Development> {
  const watch = new SourceWatch({
    root,
    folders,
    onBroken: (path, reason) => say(`${path} cannot be loaded, what runs stays as it is: ${reason}`),
    async onSaved(paths) {
      const belongs = paths.map(belongsTo);
      const names = [...new Set(belongs.flatMap(({ restart }) => restart))].filter((name) => shop.isRunning(name));
      const compose = belongs.some((one) => one.compose);
      if (names.length > 0 || compose) await apply(shop, names, compose, say);
    },
  });
  const vite = shop.isRunning('gateway') ? await serveStorefront(new URL(shop.gatewayUrl).origin) : null;
  return {
    storefrontUrl: vite?.resolvedUrls?.local[0] ?? null,
    async stop() {
      await watch.close();
      await vite?.close();
    },
  };
}

async function apply(shop: Shop, names: readonly ServiceName[], compose: boolean, say: (line: string) => void): Promise<void> {
  const begun = performance.now();
  const tell = (error: unknown) => say(reasonOf(error).trim());
  await Promise.all([shop.restart(names).catch(tell), compose ? composeSchemas().catch(tell) : undefined]);
  say(`${names.join(', ')} restarted after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

/** The gateway serves what is written within a second. */
async function composeSchemas(): Promise<void> {
  await promisify(execFile)(process.execPath, ['schema/compose.ts'], { cwd: root });
}

/** In this process; it is loaded only here, since it takes a second and 60 MB. */
async function serveStorefront(origin: string) {
  process.env['SHOP'] = origin;
  const { createServer } = await import('vite');
  const server = await createServer({
    configFile: join(root, 'storefront/vite.config.ts'),
    logLevel: 'error',
    server: { host: '127.0.0.1' },
  });
  return server.listen();
}
