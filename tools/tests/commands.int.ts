import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { needs } from '#tests/support/needs.ts';
import { olderNode } from '#tools/dev/optional-infrastructure.ts';

jest.setTimeout(120_000);

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
/** npm itself runs this one. */
const commands = Object.entries(scripts).filter(([name]) => name !== 'prepare');
/** Those whose program is a file of ours, and not one of a package. */
const ours = commands.filter(([, script]) => /with-node-24\.mjs [\w/-]+\.ts\b/.test(script));

type Ended = { readonly code: number | string; readonly stdout: string; readonly stderr: string };

/** As npm does, with an older Node first on the PATH. */
function run(script: string, argument: string): Promise<Ended> {
  const { NODE_OPTIONS: _options, NODE_COMPILE_CACHE: _cache, ...env } = process.env;
  const PATH = [dirname(olderNode() ?? ''), env['PATH'] ?? ''].join(delimiter);
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', `${script} ${argument}`], { cwd: root, env: { ...env, PATH, NO_COLOR: '1' } }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

needs('older-node').describe('with an older Node on the machine', () => {
  test.each(commands)('npm run %s describes what it does', async (_, script) => {
    const { code, stdout, stderr } = await run(script, '--help');

    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringMatching(/\S/) });
    expect(stderr).not.toMatch(/ERR_|Error:/);
  });

  test.each(ours)('npm run %s rejects an option that it does not have, in a sentence, and ends with 2', async (_, script) => {
    const { code, stdout, stderr } = await run(script, '--no-such-option');
    // a check prints its result on the standard output, this one too
    const said = stdout + stderr;

    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('--help') });
    expect(said).not.toMatch(/^\s+at /m);
  });

  test.each([
    ['start', '--port abc'],
    ['start', '--only nobody'],
    ['test', 'nonsense'],
    ['dead-letters', 'nonsense'],
    ['logs', '--level nonsense'],
    ['backup', 'nobody FILE'],
    ['restore', 'order /nowhere'],
    ['reconcile', 'gateway'],
    ['partitions', 'nonsense 12'],
    ['partitions', 'checkout many'],
    ['load', '--users abc'],
    ['migration', 'order'],
    ['migration', 'nobody add-x'],
    ['new-subgraph', ''],
    ['new-subgraph', 'Review'],
    ['new-subgraph', 'order'],
  ])('npm run %s -- %s, which cannot be, is rejected in a sentence, and ends with 2', async (name, wrong) => {
    const { code, stderr } = await run(scripts[name] ?? '', wrong);

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/\S/) });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('a command', () => {
  test.each(['check-schema', 'check-events', 'check-migrations', 'check-licences'])(
    '%s ends as it would when nobody reads its result',
    async (name) => {
      // the shell writes the exit code of the command, not that of `true`
      const script = `{ ${process.execPath} tools/${name}.ts; echo "code $?" >&2; } | true`;
      const { stderr } = await promisify(execFile)('sh', ['-c', script], { cwd: root });

      expect(stderr).toMatch(/^code [012]$/m);
      expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
    },
  );

  test.each(commands)('npm run %s gets the Node that it needs', (_, script) => {
    expect(script).toMatch(/^node tools\/dev\/with-node-24\.mjs /);
  });

  test.each(['README.md', 'CONTRIBUTING.md', 'docs/changing-the-graph.md'])(
    '%s names none that runs TypeScript with whatever Node there is',
    (file) => {
      expect([...read(file).matchAll(/\bnode [\w/-]+\.ts\b/g)].map(([command]) => command)).toEqual([]);
    },
  );
});
