import { createHash } from 'node:crypto';
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the built storefront is; the gateway serves it from there. */
export const storefrontFolder = fileURLToPath(new URL('dist', import.meta.url));

const here = dirname(fileURLToPath(import.meta.url));
const checkout = dirname(here);
const versionFile = join(storefrontFolder, 'version.json');

/** Whether what is built is made of the sources that are there, the operations and the packages included. */
export function isBuilt(): boolean {
  return existsSync(versionFile) && readFileSync(versionFile, 'utf8').includes(sourceVersion());
}

function sourceVersion(): string {
  const files = globSync(
    ['storefront/**/*', 'schema/operations/{storefront,admin}/*.graphql', 'schema/with-typenames.ts', 'package-lock.json'],
    {
      cwd: checkout,
      exclude: (name) => /(^|\/)(dist|tests)$|\.tmp-/.test(String(name)),
      withFileTypes: true,
    },
  )
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of files) hash.update(relative(checkout, file)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 32);
}

/**
 * Bundles the storefront into `dist`, beside which a running shop notices nothing: the new folder takes the place of the old one in one
 * move. Rejects with what the bundler has against the sources.
 */
export async function buildStorefront(): Promise<void> {
  const { build } = await import('vite');
  const version = sourceVersion();
  const folder = mkdtempSync(join(here, '.tmp-'));
  try {
    await build({ configFile: join(here, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder } });
    // the process that serves it may be another user's
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'version.json'), `${JSON.stringify({ version })}\n`);
    const old = mkdtempSync(join(here, '.tmp-'));
    if (existsSync(storefrontFolder)) renameSync(storefrontFolder, join(old, 'dist'));
    renameSync(folder, storefrontFolder);
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main && (process.argv.includes('--force') || !isBuilt())) await buildStorefront();
