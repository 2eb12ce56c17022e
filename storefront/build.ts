import { createHash } from 'node:crypto';
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from '#platform/command.ts';

/** Where the built storefront is; the gateway serves it from there. */
export const storefrontFolder = fileURLToPath(new URL('dist', import.meta.url));

const here = dirname(fileURLToPath(import.meta.url));
const checkout = dirname(here);
const versionFile = join(storefrontFolder, 'version.json');

/** Beside what is built: the hash of its sources, and which of them lie outside of the storefront. */
type Version = { readonly version: string; readonly outside: readonly string[] };

/** Whether what is built is made of the sources that are there, the operations and the packages included. */
export function isBuilt(): boolean {
  if (!existsSync(versionFile)) return false;
  const { version, outside = [] } = JSON.parse(readFileSync(versionFile, 'utf8')) as Partial<Version>;
  return version === sourceVersion(outside);
}

function sourceVersion(outside: readonly string[]): string {
  const own = globSync(['storefront/**/*', 'schema/with-typenames.ts', 'package-lock.json'], {
    cwd: checkout,
    exclude: ({ name }) => /^(dist|tests|\.tmp-.*)$/.test(name),
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = [...own, ...outside.map((file) => join(checkout, file)).filter((file) => existsSync(file))].toSorted();
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
  const folder = mkdtempSync(join(here, '.tmp-'));
  try {
    const built = await build({ configFile: join(here, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder } });
    // the process that serves it may be another user's
    chmodSync(folder, 0o755);
    const outside = importedFromOutside('output' in built ? built.output : []);
    writeFileSync(join(folder, 'version.json'), `${JSON.stringify({ version: sourceVersion(outside), outside } satisfies Version)}\n`);
    const old = mkdtempSync(join(here, '.tmp-'));
    if (existsSync(storefrontFolder)) renameSync(storefrontFolder, join(old, 'dist'));
    renameSync(folder, storefrontFolder);
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Which files of the checkout the bundle holds that are none of the storefront's; what they are is known only after it was bundled. */
function importedFromOutside(output: readonly { type: string; moduleIds?: readonly string[] }[]): string[] {
  const bundled = output.flatMap(({ moduleIds = [] }) => moduleIds).map((id) => relative(checkout, id));
  return [...new Set(bundled)].filter((file) => /^(?!storefront\/|node_modules\/|\.\.)[\w.-]+\/[^?\0]+$/.test(file)).toSorted();
}

const usage = `npm run storefront:build   bundles the storefront into storefront/dist

  --force   also when what is built is of these sources`;

if (import.meta.main) {
  const { values } = readCommandLine(usage, { force: { type: 'boolean' } });
  if (values.force || !isBuilt()) await buildStorefront();
}
