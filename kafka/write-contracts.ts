import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { asyncApi } from './asyncapi.ts';
import { contractFiles, incompatibilities, type JsonSchema } from './contract-schemas.ts';
import { factTypes } from './contracts.ts';

const usage = `npm run contracts              writes the JSON Schema of each fact, and asyncapi.yaml, to kafka/contracts/
npm run contracts -- --check   fails when they are not what kafka/contracts.ts says, or break a promise of the main branch
`;

const folder = fileURLToPath(new URL('./contracts/', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

function write(files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const name of committedFiles()) if (!files.has(name)) rmSync(folder + name);
  for (const [name, text] of files) writeFileSync(folder + name, text);
  process.stdout.write(`${files.size} files are written to kafka/contracts/.\n`);
}

function check(files: ReadonlyMap<string, string>): string[] {
  const stale = [...files]
    .filter(([name, text]) => !existsSync(folder + name) || readFileSync(folder + name, 'utf8') !== text)
    .map(([name]) => name);
  const orphans = committedFiles().filter((name) => !files.has(name));
  const written = [...stale, ...orphans].map(
    (name) => `kafka/contracts/${name} is not what kafka/contracts.ts says. Write it with: npm run contracts`,
  );
  return [...written, ...brokenPromises(files)];
}

function committedFiles(): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Compared with the main branch, where there is one: a clone without history has nothing to compare with. */
function brokenPromises(files: ReadonlyMap<string, string>): string[] {
  const branch = ['origin/main', 'main'].find((name) => git('rev-parse', '--verify', '--quiet', name) !== null);
  if (branch === undefined) return [];
  const promised = (git('ls-tree', '--name-only', branch, 'kafka/contracts/') ?? '').split('\n').filter((path) => path.endsWith('.json'));
  return promised.flatMap((path) => {
    const now = files.get(path.slice('kafka/contracts/'.length));
    if (now === undefined) return [`${path}: the fact is gone, and somebody may hear it. Keep its contract until nobody does.`];
    const before = JSON.parse(git('show', `${branch}:${path}`) ?? '{}') as JsonSchema;
    return incompatibilities(before, JSON.parse(now) as JsonSchema).map(
      (problem) => `${path}: ${problem}. Publish a new type beside the old one.`,
    );
  });
}

/** Of the contracts, not of the program: it changes when a fact is added. */
function version(): string {
  return `1.${factTypes.length}.0`;
}

/** What git says, or null when it fails. */
function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}

function main(): number {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const files = contractFiles().set('asyncapi.yaml', asyncApi(version()));
  if (!values.check) {
    write(files);
    return 0;
  }
  const problems = check(files);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length === 0) process.stdout.write(`${files.size} files are as committed, and keep what the main branch promises.\n`);
  return problems.length === 0 ? 0 : 1;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}
