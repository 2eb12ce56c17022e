import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { firstTabs } from '#schema/examples.ts';

const here = new URL('.', import.meta.url);
const sources = readdirSync(here, { encoding: 'utf8', recursive: true }).filter((name) => /^(?!tests).*\.(ts|tsx|css|html)$/.test(name));
const packages = [
  'graphiql',
  '@graphiql/react',
  '@graphiql/toolkit',
  'monaco-graphql',
  'react',
  'react-dom',
  '@fontsource-variable/fraunces',
  '@fontsource-variable/inter',
  'graphql',
  'graphql-ws',
  'esbuild',
];

/** Says in sixteen characters what the bundle is made of: our sources, the operations in its tabs, and the packages. */
export function playgroundVersion(): string {
  const hash = createHash('sha256');
  for (const name of sources.toSorted()) hash.update(readFileSync(new URL(name, import.meta.url)));
  for (const file of firstTabs) hash.update(readOperation(file));
  for (const name of packages) hash.update(`${name}@${installedVersion(name)}`);
  return hash.digest('hex').slice(0, 16);
}

export function readOperation(file: string): string {
  return readFileSync(new URL(`../schema/operations/playground/${file}.graphql`, import.meta.url), 'utf8');
}

/** Read beside the entry point: not every package lets its package.json be imported. */
function installedVersion(name: string): string {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      return JSON.parse(readFileSync(`${path}/${name}/package.json`, 'utf8')).version;
    } catch {
      // not in this folder
    }
  }
  throw new Error(`${name} is not installed.`);
}
