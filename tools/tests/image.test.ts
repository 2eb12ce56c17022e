import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { openBuildContext } from '../image/build-context.ts';
import { neededFiles } from '../image/needed-files.ts';
import { readStages, type Stage } from '../image/stages.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const context = openBuildContext(root);
const stages = readStages(read('Dockerfile'), context);
const compose = parseYaml(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, { image: string; command?: string[] }>;
};

/** The bundler is told its entries in a page and in a configuration; both are loaded by name while it runs. */
const loadedByName: Readonly<Record<string, readonly string[]>> = {
  'storefront/build.ts': ['storefront/vite.config.ts', 'storefront/main.tsx'],
  'playground/build.ts': ['playground/playground.tsx'],
};

const programOf = (command: readonly string[]) => (command[0] === 'node' ? (command[1] ?? null) : null);
const programsOf = (stage: Stage) => stage.commands.flatMap((command) => programOf(command) ?? []);
const last = stages.at(-1);
const ours = Object.values(compose.services).filter(({ image }) => image === 'marigold:local');

const cases = [
  ...stages.flatMap((stage) => programsOf(stage).map((program) => [stage.name ?? 'the image', program, stage] as const)),
  ...ours.flatMap(({ command = [] }) =>
    programOf(command) === null || !last ? [] : [['the image', programOf(command) ?? '', last] as const],
  ),
];

const isWithin = (path: string, folder: string) => !posix.relative(folder, path).startsWith('..');

/** What a program needs and a stage has not: neither copied from the checkout, nor made by another stage or by this one for others. */
async function missing(program: string, stage: Stage): Promise<string[]> {
  const needed = await neededFiles([program, ...(loadedByName[program] ?? [])], root);
  const makes = stages.flatMap(({ made }) => made.filter((copy) => copy.stage === stage.name).map(({ from }) => from));
  const folders = [...stage.made.map(({ to }) => to), ...makes];
  const isThere = (file: string) =>
    [...stage.files.keys()].some((path) => isWithin(path, file)) || folders.some((folder) => isWithin(file, folder));
  return needed.filter((file) => !isThere(file));
}

describe('the Dockerfile', () => {
  test.each(cases)('in %s, node %s finds every file that it imports or names', async (_, program, stage) => {
    expect(await missing(program, stage)).toEqual([]);
  });

  test('takes what a stage makes from a stage that is there', () => {
    const names = stages.map(({ name }) => name);

    expect(stages.flatMap(({ made }) => made).filter(({ stage }) => !names.includes(stage))).toEqual([]);
  });

  test('keeps tests, and what is built on this machine, out of the image', () => {
    const copied = stages.flatMap(({ files }) => [...files.values()]);

    expect(copied.filter((file) => /(^|\/)tests\/|\.(test|int|e2e)\.ts$|^(storefront|playground)\/(dist|\.tmp-)/.test(file))).toEqual([]);
  });

  test('without a folder that its program imports from, is told which files are missing', async () => {
    const without = readStages(read('Dockerfile').replaceAll(/^COPY platform platform\n/gm, ''), context);
    const gateway = without.at(-1);

    expect(gateway && (await missing('gateway/main.ts', gateway))).toContain('platform/service/process.ts');
  });
});
