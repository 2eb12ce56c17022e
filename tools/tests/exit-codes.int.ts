import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { commandOf } from '#tools/dev/processes.ts';

jest.setTimeout(120_000);

const root = fileURLToPath(new URL('../../', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const wrapper = 'tools/dev/with-node-24.mjs';

let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exit-codes-'));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => {
  const { NODE_OPTIONS: _options, KAFKA_BROKERS: _brokers, ...env } = process.env;
  return { ...env, NO_COLOR: '1' };
};

/** The program and the arguments of a command of package.json, as npm calls it. */
const wordsOf = (name: string): string[] => (scripts[name] ?? '').split(' ').slice(1);

function start(words: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [...words], { cwd: root, env: { ...environment(), ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  return child;
}

async function run(words: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const child = start(words);
  const stderr: string[] = [];
  child.stderr?.on('data', (chunk) => stderr.push(String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, stderr: stderr.join('') };
}

/** Commands that ask a shop that runs, or one that ran. */
const ofShop: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['load', []],
  ['bench', []],
  ['bench:page', []],
  ['bench:screen', []],
  ['bench:sockets', []],
  ['bench:abuse', []],
  ['dead-letters', ['list']],
];

describe('without a running shop', () => {
  test.each(ofShop)('npm run %s says so in the same sentence, and ends with 2', async (name, words) => {
    expect(await run([...wordsOf(name), ...words, '--data', folder])).toEqual({
      code: 2,
      stderr: expect.stringMatching(new RegExp(`^(✗ )?No shop runs on ${folder}\\. Start one with npm start, or [^\\n]*\\.\\n$`)),
    });
  });

  test.each(ofShop)('npm run %s takes none for running that was killed, and left its addresses behind', async (name, words) => {
    const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(gone, 'exit');
    const addresses = { gatewayUrl: 'http://localhost:1/graphql', kafkaBrokers: ['127.0.0.1:1'], services: {} };
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ pid: gone.pid, ...addresses }));
    writeFileSync(join(folder, 'credentials.json'), JSON.stringify({ admin: {}, customer: {} }));

    expect(await run([...wordsOf(name), ...words, '--data', folder])).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^(✗ )?No shop runs on [^\n]*\n$/),
    });
  });

  test('npm run logs says that none has run there, and ends with 2', async () => {
    expect(await run([...wordsOf('logs'), '--data', folder])).toEqual({
      code: 2,
      stderr: expect.stringMatching(/no shop has run there.*npm start/),
    });
  });

  test('the table holds every command that takes the data folder of a shop, but those that start one', () => {
    const starting = ['start', 'dev', 'demo', 'test:copies'];
    const reading = Object.keys(scripts).filter((name) => {
      const file = wordsOf(name).find((word) => word.endsWith('.ts'));
      return file !== undefined && !starting.includes(name) && takesDataFolder(file);
    });

    expect(reading.toSorted()).toEqual([...ofShop.map(([name]) => name), 'logs'].toSorted());
  });
});

/** Its options are in itself, or in a file of a folder with its name. */
function takesDataFolder(file: string): boolean {
  const beside = file.replace(/\.ts$/, '');
  const files = [file, ...(existsSync(join(root, beside)) ? readdirSync(join(root, beside)).map((name) => join(beside, name)) : [])];
  return files.some((one) => one.endsWith('.ts') && readFileSync(join(root, one), 'utf8').includes('--data DIR'));
}

describe('a value that cannot be', () => {
  test.each([
    ['bench', '--orders', 'abc'],
    ['bench:page', '--visits', '0'],
    ['bench:screen', '--orders', '1.5'],
    ['bench:sockets', '--sockets', '-1'],
    ['bench:tracing', '--rounds', 'many'],
    ['test:copies', '--copies', 'two'],
  ])('ends npm run %s with 2, and the option is named: %s %s', async (name, option, value) => {
    expect(await run([...wordsOf(name), `${option}=${value}`])).toEqual({
      code: 2,
      stderr: `${option} takes a whole number from 1, not "${value}".\n`,
    });
  });
});

describe('what runs our programs', () => {
  test.each([
    ['a folder', ['tools'], /^tools is a folder, and not a program: /],
    ['a file that is not there', ['tools/nothing.ts'], /^There is no file tools\/nothing\.ts: /],
    ['nothing', [], /^Which file\? /],
  ])('says in a sentence that %s cannot be run, and ends with 2', async (_, words, sentence) => {
    const { code, stderr } = await run([wrapper, ...words]);

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(sentence) });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('a command that starts something of its own', () => {
  /** Resolves when PostgreSQL has begun in the folder for temporary files of the command, to where its data is. */
  async function postgresIn(tmp: string): Promise<string> {
    const begun = Promise.withResolvers<string>();
    const watcher = watch(tmp, { recursive: true }, (_, file) => {
      if (file?.endsWith('postmaster.pid')) begun.resolve(dirname(join(tmp, file)));
      // as root it is elsewhere
      else if (file?.endsWith('moved-to') && statSync(join(tmp, file)).size > 0)
        begun.resolve(readFileSync(join(tmp, file), 'utf8').trim());
    });
    const place = await begun.promise;
    watcher.close();
    return place;
  }

  const processesIn = (path: string) =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => commandOf(Number(pid)))
      .filter((command) => command.includes(path));

  test.each([
    ['bench:tracing', ['--rounds', '1'], 'SIGTERM'],
    ['bench:tracing', ['--rounds', '1'], 'SIGINT'],
    ['bench:growth', ['--rows', '1000'], 'SIGTERM'],
    ['demo', ['--data', '/nowhere'], 'SIGTERM'],
    ['pictures', [], 'SIGINT'],
    ['migration', ['order', 'add-x'], 'SIGTERM'],
  ] as const)('npm run %s %j leaves neither files nor processes behind when it is ended with %s', async (name, words, signal) => {
    const began = postgresIn(folder);
    const child = start([...wordsOf(name), ...words], { TMPDIR: folder });
    const ended = once(child, 'close');
    const data = await began;
    child.kill(signal);

    expect(await ended).toEqual([130, null]);
    expect(readdirSync(folder).filter((entry) => entry.startsWith('marigold-'))).toEqual([]);
    expect(existsSync(data)).toBe(false);
    expect(processesIn(folder)).toEqual([]);
  });
});
