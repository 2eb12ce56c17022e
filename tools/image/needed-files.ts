import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import ts from 'typescript';
import { namedInSource } from './named-in-source.ts';

export type Needed = {
  /** Paths from the root of the checkout, of files and folders. One that does not exist is named by mistake. */
  readonly files: readonly string[];
  /** The names of packages that are imported. */
  readonly packages: readonly string[];
};

/**
 * What a program of a checkout needs: what it imports, over all steps, and what it names (see `namedInSource`). Sources and migrations
 * that it names are programs too. What a bundler loads is read with the tsconfig.json that is closest to it.
 */
export async function findNeeded(programs: readonly string[], root: string, bundled: readonly string[] = []): Promise<Needed> {
  // Node finds there that the sources are modules, and what #platform is
  const files = new Set(['package.json', ...bundled.flatMap((file) => configurationsOf(file, root))]);
  const packages = new Set<string>();
  const need = (specifier: string) => {
    if (!isBuiltin(specifier)) packages.add(packageOf(specifier));
  };
  let entries = [...programs, ...bundled];
  while (entries.length > 0) {
    const { sources, external } = await follow(entries, root);
    external.forEach(need);
    const named = sources
      .filter((file) => !files.has(file) && isSource(file))
      .flatMap((file) => {
        const { paths, required } = namedInSource(file, root);
        required.filter((path) => !/^[.#]/.test(path)).forEach(need);
        return [...paths, ...required.filter((path) => /^[.#]/.test(path)).map((path) => fileOf(path, file))];
      });
    for (const file of sources) files.add(file);
    entries = [...new Set(named)].flatMap((path) => programsAt(path, root)).filter((file) => !files.has(file));
    for (const path of named) if (!entries.includes(path)) files.add(path);
  }
  return { files: [...files].toSorted(), packages: [...packages].toSorted() };
}

const isSource = (file: string) => /\.[cm]?tsx?$/.test(file);

/** What a style sheet names of the site that it is for, of another, or of itself. */
const ofTheSite: Plugin = {
  name: 'of the site',
  setup({ onResolve }) {
    onResolve({ filter: nowhere }, ({ path, kind }) =>
      kind === 'url-token' || kind === 'import-rule' ? { path, external: true } : undefined,
    );
  },
};
const nowhere = /^(\/|#|[a-z][a-z+.-]*:)/i;

/** Of these it is enough that they are asked for. */
const assets = [
  '.svg',
  '.png',
  '.jpg',
  '.jpeg',
  '.webp',
  '.avif',
  '.gif',
  '.ico',
  '.woff',
  '.woff2',
  '.wasm',
  '.graphql',
  '.md',
  '.html',
  '.sql',
];

/** What is imported from these, over all steps: files of the checkout, and packages. */
async function follow(entryPoints: string[], root: string): Promise<{ sources: string[]; external: string[] }> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'nowhere',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    plugins: [ofTheSite],
    loader: Object.fromEntries(assets.map((ending) => [ending, 'empty'])),
    logLevel: 'silent',
  });
  const inputs = Object.entries(metafile.inputs)
    // vite's ways to import a file: ?raw, ?url, ?worker
    .map(([file, { imports }]) => ({ file: file.replace(/\?[^/]*$/, ''), imports }))
    .filter(({ file }) => !file.includes('node_modules/') && existsSync(join(root, file)));
  return {
    sources: inputs.map(({ file }) => file),
    external: inputs.flatMap(({ imports }) => imports.filter(isOfPackage).map(({ path }) => path)),
  };
}

type Import = Metafile['inputs'][string]['imports'][number];

const isOfPackage = ({ external, path, kind }: Import): boolean =>
  external === true && !/^[./]/.test(path) && !((kind === 'url-token' || kind === 'import-rule') && nowhere.test(path));

/** A source is run, in a thread for example; so is each file of a folder of migrations. */
function programsAt(path: string, root: string): string[] {
  const place = join(root, path);
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return isSource(path) ? [path] : [];
  return basename(path) === 'migrations' ? globSync('*.ts', { cwd: place }).map((name) => join(path, name)) : [];
}

/** As package.json has it, #platform/… is ./platform/… */
const fileOf = (path: string, from: string): string => (path.startsWith('#') ? path.slice(1) : join(dirname(from), path));

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** The tsconfig.json that is closest to a file, and those that it extends. */
function configurationsOf(file: string, root: string): string[] {
  const closest = ts.findConfigFile(join(root, dirname(file)), existsSync);
  if (closest === undefined || !closest.startsWith(root)) return [];
  const found: string[] = [];
  for (let path: string | null = closest.slice(join(root, '/').length); path !== null; ) {
    found.push(path);
    const { extends: base } = JSON.parse(readFileSync(join(root, path), 'utf8')) as { extends?: string };
    path = base === undefined ? null : join(dirname(path), base);
  }
  return found;
}
