import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { openBuildContext } from '../image/build-context.ts';
import { missingInStage, type Program } from '../image/missing-in-stage.ts';
import { readStages, type Stage } from '../image/stages.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const context = openBuildContext(root);
const stages = readStages(read('Dockerfile'), context);
const compose = parseYaml(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, { image: string; command?: string[] }>;
};

/** The bundler gets its entries from a page and a configuration; both are loaded by name while it runs. */
const builds: readonly Program[] = [
  { path: 'storefront/build.ts', loads: ['storefront/vite.config.ts'], bundles: ['storefront/main.tsx'] },
  { path: 'playground/build.ts', bundles: ['playground/playground.tsx'] },
];
const programAt = (path: string): Program => builds.find((program) => program.path === path) ?? { path };

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

/** What a program misses in the stage that runs it, or in the last, when a line of the Dockerfile is not there. */
function missingWithout(line: string, program: string): Promise<string[]> {
  const changed = readStages(read('Dockerfile').replaceAll(`${line}\n`, ''), context);
  const stage = changed.find((one) => programsOf(one).includes(program)) ?? changed.at(-1);
  if (!stage) throw new Error('The Dockerfile has no stage.');
  return missingInStage(programAt(program), stage, changed, root);
}

/** What `node app/main.ts` misses in an image of its folder and of what is installed without devDependencies. */
async function missingFor(files: Readonly<Record<string, string>>): Promise<string[]> {
  const checkout = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    const all = { '.dockerignore': '', 'package.json': '{"dependencies":{"pg":"1"},"devDependencies":{"yaml":"1"}}', ...files };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(join(checkout, dirname(path)), { recursive: true });
      writeFileSync(join(checkout, path), text);
    }
    const dockerfile = 'FROM node\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci --omit=dev\nCOPY app app\nCMD ["node", "app/main.ts"]\n';
    const [stage, ...others] = readStages(dockerfile, openBuildContext(checkout));
    if (!stage) throw new Error('The Dockerfile has no stage.');
    return await missingInStage({ path: 'app/main.ts' }, stage, [stage, ...others], checkout);
  } finally {
    rmSync(checkout, { recursive: true });
  }
}

describe('the Dockerfile', () => {
  test.each(cases)('in %s, node %s finds every file and package that it imports or names', async (_, program, stage) => {
    expect(await missingInStage(programAt(program), stage, stages, root)).toEqual([]);
  });

  test('takes what a stage makes from a stage that is there', () => {
    const names = stages.map(({ name }) => name);

    expect(stages.flatMap(({ made }) => made).filter(({ stage }) => !names.includes(stage))).toEqual([]);
  });

  test('keeps tests, and what is built on this machine, out of the image', () => {
    const copied = stages.flatMap(({ files }) => [...files.values()]);

    expect(copied.filter((file) => /(^|\/)tests\/|\.(test|int|e2e)\.ts$|^(storefront|playground)\/(dist|\.tmp-)/.test(file))).toEqual([]);
  });
});

describe('the check of the Dockerfile names', () => {
  test.each([
    ['COPY platform platform', 'gateway/main.ts', 'platform/service/process.ts'],
    ['COPY tsconfig.json ./', 'storefront/build.ts', 'tsconfig.json'],
    ['COPY tsconfig.json ./', 'playground/build.ts', 'tsconfig.json'],
    ['COPY package.json ./', 'gateway/main.ts', 'package.json'],
    ['RUN npm ci --omit=dev --ignore-scripts', 'gateway/main.ts', 'package undici'],
  ])('without the line %s, for node %s, what is missing', async (line, program, expected) => {
    expect(await missingWithout(line, program)).toContain(expected);
  });

  test.each<[what: string, files: Readonly<Record<string, string>>, missing: string[]]>([
    [
      'what a thread imports that is named by its address',
      {
        'app/main.ts': "new Worker(new URL('./worker.ts', import.meta.url));",
        'app/worker.ts': "import '../lib/far.ts';",
        'lib/far.ts': '',
      },
      ['lib/far.ts'],
    ],
    [
      'what a thread of a thread imports',
      {
        'app/main.ts': "new URL('./worker.ts', import.meta.url);",
        'app/worker.ts': "new URL('./second.ts', import.meta.url);",
        'app/second.ts': "import '../lib/far.ts';",
        'lib/far.ts': '',
      },
      ['lib/far.ts'],
    ],
    [
      'what a migration imports',
      {
        'app/main.ts': "new URL('./migrations', import.meta.url);",
        'app/migrations/1.ts': "import '../../lib/sql.ts'; import 'yaml';",
        'lib/sql.ts': '',
      },
      ['lib/sql.ts', 'package yaml'],
    ],
    [
      'a file that is nowhere',
      { 'app/main.ts': "new URL('./gone', import.meta.url); join(import.meta.dirname, 'page.html');" },
      ['app/gone', 'app/page.html'],
    ],
    [
      'a package that only development has',
      { 'app/main.ts': "import 'pg'; import 'node:fs'; import { stringify } from 'yaml'; stringify(0);" },
      ['package yaml'],
    ],
    ['a package that is in no list', { 'app/main.ts': "await import('@scope/name/deep.js');" }, ['package @scope/name']],
    [
      'what is resolved with require',
      {
        'app/main.ts':
          "const load = createRequire(import.meta.url); load('pg/lib/x'); load('yaml/deep'); createRequire(import.meta.url).resolve('../lib/a.json'); import.meta.resolve('left-pad');",
        'lib/a.json': '{}',
      },
      ['lib/a.json', 'package left-pad', 'package yaml'],
    ],
  ])('%s', async (_, files, missing) => {
    expect(await missingFor(files)).toEqual(missing);
  });

  test('nothing of a program that has everything', async () => {
    const files = {
      'app/main.ts': "import './a.ts'; new URL('./page.html', import.meta.url);",
      'app/a.ts': "import 'pg';",
      'app/page.html': '',
    };

    expect(await missingFor(files)).toEqual([]);
  });
});
