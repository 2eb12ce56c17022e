import { readdirSync, readFileSync } from 'node:fs';
import type { Base } from '#schema/base.ts';
import { CheckError } from '#schema/check-error.ts';
import type { Finding, Report } from './findings.ts';
import { type Check, load, root, type Tree, treeOf } from './run-check.ts';
import { type Effect, effectsOf } from './statements.ts';

const isMigration = (path: string) => /\/migrations\/[^/]+\.ts$/.test(path);
/** The folder of the service, without what never runs in it. */
const serviceOf = (path: string) => path.slice(0, path.indexOf('/migrations/') + 1);
const isCode = (path: string) => path.endsWith('.ts') && !isMigration(path) && !/\/tests\/|\.types\.ts$/.test(path);

/** Expand before contract: whether the release before can run on the schema of this one. */
export const checkMigrations: Check = {
  name: 'migrations',
  checks: 'checks that the previous release can run on this schema',
  run: findMigrations,
};

async function findMigrations(base: Base | null): Promise<Report> {
  const paths = readdirSync(`${root}subgraphs`, { recursive: true, encoding: 'utf8' })
    .map((path) => `subgraphs/${path}`)
    .filter(isMigration)
    .sort();
  const tree = treeOf(base, ['subgraphs']);
  const findings = tree === null ? [] : [...findRewritten(paths, tree), ...(await findNew(paths, tree))];
  return {
    check: 'migrations',
    base: base?.name ?? null,
    findings,
    passed: `${paths.length} migrations; the release before can run on all of them.`,
  };
}

/** A migration that is out has run somewhere, and runs nowhere again. */
function findRewritten(paths: readonly string[], tree: Tree): Finding[] {
  const reject = (file: string, what: string): Finding[] => [
    { verdict: 'breaking', file, what, who: ['databases that have run it'], instead: 'Leave it as it is, and write another one.' },
  ];
  return tree.paths.filter(isMigration).flatMap((path) => {
    if (!paths.includes(path)) return reject(path, 'is gone.');
    return readFileSync(root + path, 'utf8') === tree.read(path) ? [] : reject(path, 'was rewritten after its release.');
  });
}

async function findNew(paths: readonly string[], tree: Tree): Promise<Finding[]> {
  const created = new Map<string, Set<string>>();
  const findings: Finding[] = [];
  for (const file of paths.filter((path) => !tree.paths.includes(path))) {
    const { up, down } = await readStatements(file);
    const tables = created.get(serviceOf(file)) ?? new Set();
    created.set(serviceOf(file), tables);
    if (down === 0)
      findings.push({
        verdict: 'breaking',
        file,
        what: 'has no way back.',
        who: [],
        instead: 'Write its down(): a release is taken back by it.',
      });
    for (const sql of up) {
      const read = await effectsOf(sql).catch((error: { message: string }) => {
        throw new CheckError(`It is no SQL that PostgreSQL knows: ${error.message}`, {
          file,
          line: lineOf(file, sql.trim().slice(0, 30)),
        });
      });
      for (const table of read.created) tables.add(table);
      // tables created by this change have no readers yet
      findings.push(...read.effects.filter(({ table }) => !tables.has(table)).map((effect) => toFinding(file, effect, tree)));
    }
  }
  return findings;
}

type MigrationClass = new (driver: object, config: object) => { up(): unknown; down(): unknown; getQueries(): unknown[]; reset(): void };

/** The SQL of a migration: without a database it only records the statements. */
async function readStatements(file: string): Promise<{ up: string[]; down: number }> {
  const classes = Object.values(await load(file)).filter((value): value is MigrationClass => typeof value === 'function');
  const [migration] = classes;
  if (migration === undefined || classes.length > 1) throw new CheckError('It does not export exactly one migration.', { file });
  try {
    const [forward, back] = [new migration({}, {}), new migration({}, {})];
    await forward.up();
    if (Object.hasOwn(migration.prototype, 'down')) await back.down();
    return { up: forward.getQueries().map(String), down: back.getQueries().length };
  } catch (error) {
    throw new CheckError(`It cannot be read without a database: ${(error as { message: string }).message}`, { file });
  }
}

function toFinding(file: string, effect: Effect, tree: Tree): Finding {
  const { verdict, what, instead, column, table } = effect;
  const name = column ?? table;
  const finding: Finding = { verdict, file, line: lineOf(file, name), what: `${what}.`, who: [], instead };
  if (verdict !== 'breaking') return finding;
  const code = tree.paths.filter((path) => path.startsWith(serviceOf(file)) && isCode(path));
  const users = code.filter((path) => mentions(tree.read(path), name) && !path.endsWith('/entities.ts'));
  const entities = code.find((path) => path.endsWith('/entities.ts'));
  const marks = entities === undefined ? '' : commentBefore(tree.read(entities), name);
  const hasLeft = effect.kind === 'leaves' && marks.includes('@deprecated') && users.length === 0;
  const isFilled = effect.kind === 'must be filled' && marks.includes('@filled');
  if (hasLeft) return { ...finding, verdict: 'safe', what: `${what}; the release before does not use it.`, instead: undefined };
  if (isFilled) return { ...finding, verdict: 'safe', what: `${what}; the release before fills it.`, instead: undefined };
  return { ...finding, who: tellFew([...users, ...(entities === undefined ? [] : [entities])]) };
}

/** Files of the release before, at most three by name. */
function tellFew(files: readonly string[]): string[] {
  const more = files.length - 3;
  return [...files.slice(0, 3), ...(more > 0 ? [`${more} more`] : [])].map((file) => `${file} of the release before`);
}

const camel = (name: string) => name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const mentions = (code: string, name: string) => new RegExp(`\\b(${name}|${camel(name)})\\b`).test(code);

/** The comment at or before the line of entities.ts that declares a column or names a table. */
function commentBefore(code: string, name: string): string {
  const lines = code.split('\n');
  const at = lines.findIndex((line) => new RegExp(`^\\s*${camel(name)}:|tableName: '${name}'`).test(line));
  // a table's comment stands before `defineEntity({`, two lines above its name
  return at < 0 ? '' : lines.slice(Math.max(0, at - (lines[at]?.includes('tableName') ? 4 : 1)), at + 1).join('\n');
}

function lineOf(file: string, words: string): number | undefined {
  const found = readFileSync(root + file, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(words));
  return found < 0 ? undefined : found + 1;
}
