import { createHash } from 'node:crypto';
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readCommandLine } from '#platform/command.ts';

const checkout = join(import.meta.dirname, '../..');

export type BundleOptions = {
  /** The folder of the sources, from the root of the checkout; what is built is in its `dist`. */
  readonly folder: string;
  /**
   * Bundles the sources into `output`, an empty folder. Resolves to the paths of the files that were bundled, those of packages and of
   * the folder itself may be among them; rejects with what the bundler has against the sources.
   */
  bundle(output: string): Promise<readonly string[]>;
};

/** Pages for browsers that are built when their sources have changed, and never committed. */
export type Bundle = {
  /** Where the built files are; the gateway serves them from there. */
  readonly dist: string;
  /** Whether what is built is made of the sources that are there, operations and packages included. */
  isBuilt(): boolean;
  /** Builds into `dist` without disturbing a running shop: the new folder takes the place of the old one in one move. */
  build(): Promise<void>;
};

/** Beside what is built: the hash of its sources, and which of them lie outside of the folder. */
type Version = { readonly version: string; readonly outside: readonly string[] };

export function createBundle({ folder, bundle }: BundleOptions): Bundle {
  const dist = join(checkout, folder, 'dist');
  const versionFile = join(dist, 'version.json');

  function isBuilt(): boolean {
    if (!existsSync(versionFile)) return false;
    const { version, outside = [] } = JSON.parse(readFileSync(versionFile, 'utf8')) as Partial<Version>;
    return version === sourceVersion(folder, outside);
  }

  /** Another process may have built the same meanwhile, and that is as good. */
  function replaceDist(built: string): void {
    const old = mkdtempSync(join(checkout, folder, '.tmp-'));
    try {
      if (existsSync(dist)) renameSync(dist, join(old, 'dist'));
      renameSync(built, dist);
    } catch (error) {
      if (!isBuilt()) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }

  return {
    dist,
    isBuilt,
    async build() {
      const output = mkdtempSync(join(checkout, folder, '.tmp-'));
      try {
        const outside = filesOutside(folder, await bundle(output));
        // the process that serves it may be another user's
        chmodSync(output, 0o755);
        const version: Version = { version: sourceVersion(folder, outside), outside };
        writeFileSync(join(output, 'version.json'), `${JSON.stringify(version)}\n`);
        replaceDist(output);
      } finally {
        rmSync(output, { recursive: true, force: true });
      }
    },
  };
}

/** The command line of a bundle: builds what is not built, with --force in any case. */
export async function runBuildCommand({ isBuilt, build }: Bundle, usage: string): Promise<void> {
  const { values } = readCommandLine(`${usage}\n\n  --force   also when what is built is of these sources`, { force: { type: 'boolean' } });
  if (values.force || !isBuilt()) await build();
}

function sourceVersion(folder: string, outside: readonly string[]): string {
  const own = globSync([`${folder}/**/*`, 'tools/bundle/*', 'schema/with-typenames.ts', 'package-lock.json'], {
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

/** Which files of the checkout were bundled that are none of the folder's; what they are is known only afterwards. */
function filesOutside(folder: string, bundled: readonly string[]): string[] {
  const files = bundled.map((path) => relative(checkout, path)).filter((file) => /^(?!node_modules\/|\.\.)[\w.-]+\/[^?\0]+$/.test(file));
  return [...new Set(files)].filter((file) => !file.startsWith(`${folder}/`)).toSorted();
}
