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
  { path: 'storefront/build.ts', loads: ['storefront/vite.config.ts'], bundles: namedInPage('storefront/index.html') },
  { path: 'playground/build.ts', bundles: ['playground/playground.tsx'] },
];
const programAt = (path: string): Program => builds.find((program) => program.path === path) ?? { path };

/** @throws Error for what may run a program that this test would not look at. */
function programsIn(command: readonly string[]): string[] {
  const [first = '', second = '', ...others] = command;
  const next = command.findIndex((word) => /^(&&|\|\||;)$/.test(word));
  if (next >= 0) return [...programsIn(command.slice(0, next)), ...programsIn(command.slice(next + 1))];
  if (/^(mkdir|chown|chmod|find)$/.test(first) || (first === 'npm' && second === 'ci')) return [];
  if (first !== 'node' || !/^[a-z].*\.m?[jt]s$/.test(second) || others.some((word) => /[;&|]/.test(word)))
    throw new Error(`This test does not see which program is run by: ${command.join(' ')}`);
  return [second];
}
const programsOf = (stage: Stage) => stage.commands.flatMap(programsIn);

/** What the page of a bundle names of the checkout. */
function namedInPage(page: string): string[] {
  const named = [...read(page).matchAll(/(?:src|href)="(\.{1,2}\/[^"]+)"/g)].map(([, path = '']) => join(dirname(page), path));
  return named.filter((path) => !path.startsWith('node_modules/'));
}
const last = stages.at(-1);

test('the image holds what Node made of the sources, for every process', () => {
  const lines = read('Dockerfile').split('\n');
  const ahead = lines.findIndex((line) => line.startsWith('RUN node tools/image/compile-ahead.ts'));

  // what is copied later, or compiled before the variable is set, would be made anew by each start
  expect(lines.findIndex((line) => line.startsWith('ENV NODE_COMPILE_CACHE='))).toBeLessThan(ahead);
  expect(lines.slice(ahead).filter((line) => /^(COPY|FROM)/.test(line))).toEqual([]);
});

const ours = Object.values(compose.services).filter(({ image }) => image === 'marigold:local');

const cases = [
  ...stages.flatMap((stage) => programsOf(stage).map((program) => [stage.name ?? 'the image', program, stage] as const)),
  ...ours.flatMap(({ command }) => (command && last ? programsIn(command).map((program) => ['the image', program, last] as const) : [])),
];

/** What a program misses in the stage that runs it, or in the last, when a line of the Dockerfile is not there. */
function missingWithout(line: string, program: string): Promise<string[]> {
  const changed = readStages(read('Dockerfile').replaceAll(`${line}\n`, ''), context);
  const stage = changed.find((one) => programsOf(one).includes(program)) ?? changed.at(-1);
  if (!stage) throw new Error('The Dockerfile has no stage.');
  return missingInStage(programAt(program), stage, changed, root);
}

/** What `node app/main.ts` misses in an image of its folder and of what is installed without devDependencies. */
async function missingFor(files: Readonly<Record<string, string>>, bundles: readonly string[] = []): Promise<string[]> {
  const checkout = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    const all = {
      '.dockerignore': '',
      'package.json': '{"imports":{"#lib/*":"./lib/*"},"dependencies":{"pg":"1"},"devDependencies":{"yaml":"1"}}',
      ...files,
    };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(join(checkout, dirname(path)), { recursive: true });
      writeFileSync(join(checkout, path), text);
    }
    const dockerfile = 'FROM node\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci --omit=dev\nCOPY app app\nCMD ["node", "app/main.ts"]\n';
    const [stage, ...others] = readStages(dockerfile, openBuildContext(checkout));
    if (!stage) throw new Error('The Dockerfile has no stage.');
    return await missingInStage({ path: 'app/main.ts', bundles }, stage, [stage, ...others], checkout);
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

  test.each([
    ["import '#lib/a.ts'"],
    ["await import('../lib/a.ts')"],
    ["export * from '../lib/a.ts'"],
    [`await import(\`../lib/\${language}.ts\`)`],
    ["await import(new URL('../lib/a.ts', import.meta.url).href)"],
    ["path.join(import.meta.dirname, '..', 'lib', 'a.ts')"],
    ["resolve(dirname(fileURLToPath(import.meta.url)), '../lib/a.ts')"],
    ["readFileSync(import.meta.dirname + '/../lib/a.ts')"],
    [`readFileSync(\`\${import.meta.dirname}/../lib/a.ts\`)`],
    ["const here = import.meta.dirname; readFileSync(join(here, '../lib/a.ts'))"],
    ["const root = fileURLToPath(new URL('../', import.meta.url)); readFileSync(join(root, 'lib/a.ts'))"],
    ["const root = new URL('..', import.meta.url); readFileSync(new URL('lib/a.ts', root))"],
    [`const name = 'a.ts'; readFileSync(new URL(\`../lib/\${name}\`, import.meta.url))`],
    ["readFileSync('lib/a.ts')"],
    ["await fs.promises.readFile('./lib/a.ts')"],
    ["new Worker('lib/a.ts')"],
    ["fork('./lib/a.ts')"],
    ["readFileSync((new URL('../lib/a.ts', import.meta.url)) as never)"],
    ["{ const at = 'main.ts'; new URL(at, import.meta.url); } { const at = '../lib/a.ts'; new URL(at, import.meta.url); }"],
    ["await readFile(join(process.cwd(), 'lib/a.ts'))"],
    ["createRequire(import.meta.filename)('../lib/a.ts')"],
  ])('a file that is named by: %s', async (text) => {
    expect(await missingFor({ 'app/main.ts': `${text};`, 'lib/a.ts': '' })).toEqual(['lib/a.ts']);
  });

  test('the folder of a file whose name is worked out', async () => {
    const text = `readFileSync(new URL(\`../lib/\${name}.json\`, import.meta.url)); join(import.meta.dirname, "../words", language, "shop.ts");`;

    expect(await missingFor({ 'app/main.ts': text, 'lib/a.json': '{}', 'words/en/shop.ts': '' })).toEqual(['lib', 'words']);
  });

  test.each([
    ['a style sheet', { 'app/page.css': "@import '../lib/a.css';", 'lib/a.css': '' }, 'lib/a.css'],
    ['a picture', { 'app/page.css': 'a { background: url(/of-the-site.svg), url("../lib/a.png") }', 'lib/a.png': '' }, 'lib/a.png'],
    ['a font', { 'app/page.css': "@font-face { src: url('../lib/a.woff2?v=1') }", 'lib/a.woff2': '' }, 'lib/a.woff2'],
    ['a package', { 'app/page.css': "@import '@scope/name/index.css';" }, 'package @scope/name'],
  ])('%s that is asked for by a style sheet', async (_, files, missing) => {
    const page = { 'app/main.ts': '', 'app/page.tsx': "import './page.css';" };

    expect(await missingFor({ ...page, ...files }, ['app/page.tsx'])).toEqual([missing]);
  });

  test('nothing of a style sheet that is of a site or of itself', async () => {
    const text = "@import url(https://a.example/a.css); a { background: url(/a.svg), url(#a), url('data:image/png;base64,AA==') }";

    expect(await missingFor({ 'app/main.ts': '', 'app/page.tsx': "import './page.css';", 'app/page.css': text }, ['app/page.tsx'])).toEqual(
      [],
    );
  });

  test.each([
    ["import a from '../lib/a.jpg'; a;", 'a.jpg'],
    ["import a from '../lib/a.txt?raw'; a;", 'a.txt'],
    ["import A from '../lib/a.ts?worker'; new A();", 'a.ts'],
  ])('what a page has of the bundler: %s', async (text, name) => {
    const files = { 'app/main.ts': '', 'app/page.tsx': text, [`lib/${name}`]: '' };

    expect(await missingFor(files, ['app/page.tsx'])).toEqual([`lib/${name}`]);
  });

  test('the folder that a page takes all files of', async () => {
    const files = { 'app/main.ts': '', 'app/page.tsx': "import.meta.glob('../lib/*.ts');", 'lib/a.ts': '' };

    expect(await missingFor(files, ['app/page.tsx'])).toEqual(['lib']);
  });

  test.each([
    ['FROM node\nADD app app', 'Line 2: ADD is not understood.'],
    ['FROM node\nCOPY platform platform\nENTRYPOINT ["node"]', 'Line 3: ENTRYPOINT is not understood.'],
    ['FROM node\nCOPY --exclude=*.ts platform platform', 'Line 2: --exclude of COPY is not understood.'],
  ])('%j as what it cannot read', (text, message) => {
    expect(() => readStages(text, context)).toThrow(message);
  });

  test.each([
    'npm run storefront:build',
    'sh -c true',
    'node --watch gateway/main.ts',
    'node gateway/main.ts & npx x',
    'node gateway/main.ts && yarn x',
  ])('%s as a command whose program it does not see', (command) => {
    expect(() => programsIn(command.split(' '))).toThrow('does not see which program');
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
