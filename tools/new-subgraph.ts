import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Kind, parse } from 'graphql';
import { readCommandLine } from '#platform/command.ts';
import { databaseNames, serviceNames, services } from '#tools/dev/services.ts';
import * as code from './new-subgraph/code-templates.ts';
import { manifestFiles, manifestPlaces } from './new-subgraph/manifests.ts';
import { type Names, namesOf, problemOfName, type Taken } from './new-subgraph/names.ts';
import { places } from './new-subgraph/places.ts';
import { schemaTemplate } from './new-subgraph/schema-template.ts';
import * as tests from './new-subgraph/test-templates.ts';

const usage = `npm run new-subgraph NAME   writes a smallest subgraph, as in: npm run new-subgraph review

It has one entity that belongs to a product, a way to read it and a way to add it, its own database, and tests. NAME is one
thing, not many: small letters and digits, words joined by "-". Nothing is overwritten.`;

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** A reason not to begin, for the person who asked. */
class CommandError extends Error {}

/** What is there already and cannot be there twice. */
function readTaken(): Taken {
  const { definitions } = parse(read('schema/supergraph.graphql'));
  const types = definitions.flatMap((definition) => ('name' in definition && definition.name ? [definition.name.value] : []));
  const rootFields = definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION && ['Query', 'Mutation', 'Subscription'].includes(definition.name.value)
      ? (definition.fields ?? []).map((field) => field.name.value)
      : [],
  );
  return { services: [...serviceNames, 'events'], databases: databaseNames, types, rootFields };
}

/** The first that is free after those of the services. */
function freePort(): number {
  return Math.max(...services.map((service) => service.port)) + 1;
}

function folderOf(names: Names, port: number, now: Date): Map<string, string> {
  const stamp = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return new Map([
    ['schema.graphql', schemaTemplate(names)],
    ['models.json', code.modelsTemplate(names)],
    ['entities.ts', code.entitiesTemplate(names)],
    [`migrations/${stamp}-init.ts`, code.migrationTemplate(names)],
    ['domain.ts', code.domainTemplate(names)],
    ['dependencies.ts', code.dependenciesTemplate(names)],
    [`commands/add-${names.kebab}.ts`, code.commandTemplate(names)],
    ['queries.ts', code.queriesTemplate(names)],
    ['loaders.ts', code.loadersTemplate(names)],
    ['resolvers.ts', code.resolversTemplate(names)],
    ['events.ts', code.eventsTemplate()],
    ['app.ts', code.appTemplate(names, port)],
    ['main.ts', code.mainTemplate(names)],
    ['tests/domain.test.ts', tests.domainTestTemplate()],
    [`tests/add-${names.kebab}.int.ts`, tests.commandTestTemplate(names)],
    ['tests/fixtures.ts', tests.fixturesTemplate(names)],
  ]);
}

/** Everything or nothing: each text is made before the first is written. */
function plan(names: Names, port: number): Map<string, string> {
  const folder = `subgraphs/${names.kebab}`;
  if (existsSync(join(root, folder))) throw new CommandError(`There is a folder ${folder} already.`);
  const own = [...folderOf(names, port, new Date())].map(([file, text]): [string, string] => [`${folder}/${file}`, text]);
  const texts = new Map([...own, ...manifestFiles(names, port, read)]);
  for (const { file, change } of [...places(names, port), ...manifestPlaces(names, port)]) {
    const text = change(read(file));
    if (text === null)
      throw new CommandError(`${file} has changed so much that a subgraph cannot be added to it: see tools/new-subgraph/places.ts.`);
    texts.set(file, text);
  }
  return texts;
}

function run(...args: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed:\n${stderr}`);
}

function main(): void {
  const { positionals } = readCommandLine(usage, {}, Number.POSITIVE_INFINITY);
  if (positionals.length > 1) throw new CommandError('One subgraph at a time, please.');
  const name = positionals[0] ?? '';
  const problem = problemOfName(name, readTaken());
  if (problem !== null) throw new CommandError(problem);
  const names = namesOf(name);
  const texts = plan(names, freePort());
  for (const [file, text] of texts) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const biome = join('node_modules', '.bin', 'biome');
  run(biome, 'check', '--write', ...[...texts.keys()].filter((file) => /\.(ts|graphql)$/.test(file)));
  run('schema/compose.ts');
  run('tools/configuration.ts');
  say(`${[...texts.keys()].map((file) => `  ${file}`).join('\n')}
  schema/supergraph.graphql
  docs/configuration.md

The subgraph ${names.kebab} is there. Now:
  1. describe it in subgraphs/${names.kebab}/schema.graphql, then npm run compose
  2. npm run types               the resolver types follow the SDL; the compiler shows what is missing
  3. write its domain, its commands, queries and resolvers; for a table: npm run migration ${names.kebab} NAME
  4. npm test -- schema unit integration
  5. npm start, and ask it in the playground`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof CommandError ? 2 : 1;
}
