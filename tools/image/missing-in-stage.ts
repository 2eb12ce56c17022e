import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { findNeeded } from './needed-files.ts';
import type { Stage } from './stages.ts';

export type Program = {
  /** Path from the root of the checkout. */
  readonly path: string;
  /** What Node loads for it besides, by name while it runs. */
  readonly loads?: readonly string[];
  /** What it gives to a bundler. */
  readonly bundles?: readonly string[];
};

/**
 * What a program needs and a stage has not: files that are neither copied from the checkout, nor made by another stage or by this one for
 * others, as paths; packages that are not installed there, as `package <name>`.
 */
export async function missingInStage(program: Program, stage: Stage, stages: readonly Stage[], root: string): Promise<string[]> {
  const { files, packages } = await findNeeded([program.path, ...(program.loads ?? [])], root, program.bundles);
  const makes = stages.flatMap(({ made }) => made.filter((copy) => copy.stage === stage.name).map(({ from }) => from));
  const folders = [...stage.made.map(({ to }) => to), ...makes];
  const isThere = (file: string) =>
    [...stage.files.keys()].some((path) => isWithin(path, file)) || folders.some((folder) => isWithin(file, folder));
  const installed = installedIn(stage, stages, root);
  return [...files.filter((file) => !isThere(file)), ...packages.filter((name) => !installed.has(name)).map((name) => `package ${name}`)];
}

const isWithin = (path: string, folder: string) => !posix.relative(folder, path).startsWith('..');

/** The packages of package.json that `npm ci` puts into a stage, or into the one whose node_modules it copies. */
function installedIn(stage: Stage, stages: readonly Stage[], root: string): ReadonlySet<string> {
  const source = stage.made.find(({ to }) => to === 'node_modules')?.stage ?? stage.name;
  const installs = stages.find(({ name }) => name === source)?.commands.find(([npm, ci]) => npm === 'npm' && ci === 'ci');
  if (!installs) return new Set();
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies?: object;
    devDependencies?: object;
  };
  return new Set(Object.keys({ ...dependencies, ...(installs.includes('--omit=dev') ? {} : devDependencies) }));
}
