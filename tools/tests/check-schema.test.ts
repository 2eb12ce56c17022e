import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, test as everywhere, expect } from '@jest/globals';
import { readAcceptedBreaks } from '#schema/accepted-breaks.ts';
import { acceptedBreaksFile, packageFile, projectRoot, readCheckout } from '#schema/files.ts';
import { changedGraph, type Edit, sdlOf } from '#schema/tests/changed-graph.ts';
import { needs } from '#tests/support/needs.ts';
import { checkSchema } from '../checks/check-schema.ts';
import { type CheckOptions, evaluate } from '../checks/run-check.ts';

const { describe, test } = needs('git');
const { cart, payment } = sdlOf;
const operation = 'schema/operations/demo/new.graphql';
const removal: Edit[] = [[payment, '  "What will happen when it is charged."\n  behaviour: String!\n', '']];

const packageVersion = /"version": "[^"]+"/.exec(readCheckout().get(packageFile) ?? '')?.[0] ?? '';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'marigold-schema-'));
  folders.push(folder);
  return folder;
}

function git(root: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false', '-c', 'core.hooksPath='];
  return execFileSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function write(root: string, edits: readonly Edit[]): void {
  for (const [file, text] of changedGraph(edits)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

/** A repository whose branch main has one commit with the real graph. */
function repository(): string {
  const root = emptyFolder();
  git(root, 'init', '-q', '-b', 'main');
  write(root, []);
  git(root, 'add', '.');
  git(root, 'commit', '-q', '-m', 'the graph');
  return root;
}

const check = async (root: string, options: CheckOptions = {}) => {
  const { stdout, stderr, exitCode } = await evaluate(checkSchema, options, root);
  return { output: stripVTControlCharacters(stdout + stderr), exitCode };
};

describe('what cannot be evaluated', () => {
  let root: string;
  beforeAll(() => {
    root = repository();
  });

  const cases: [string, Edit[], string][] = [
    ['an SDL with a syntax error', [[cart, 'type Cart @key', 'type type Cart @key']], `${cart}:`],
    [
      'subgraphs that do not compose',
      [['subgraphs/order/schema.graphql', 'version: Int! @shareable', 'version: String! @shareable']],
      'do not compose',
    ],
    [
      'a file with two operations',
      [[operation, '', '# Two.\nquery A { me { id } }\nquery B { me { id } }\n']],
      `${operation}:3 The file holds a second`,
    ],
    ['a file with none', [[operation, '', '# None.\nfragment A on User { id }\n']], `${operation}:1 The file holds no operation`],
    ['an operation with a syntax error', [[operation, '', '# Half.\nquery A {\n  me {\n']], `${operation}:4 Syntax Error`],
    ['an operation with an unknown field', [[operation, '', '# Odd.\nquery A {\n  me {\n    shoeSize\n  }\n}\n']], `${operation}:4`],
    ['an operation without a name', [[operation, '', '# Who.\n{ me { id } }\n']], `${operation}:2 The operation has no name`],
    ['an operation without a comment', [[operation, '', 'query A { me { id } }\n']], `${operation}:1 The file must begin with a comment`],
    ['an operation of no client', [['schema/operations/new.graphql', '', '# Lost.\nquery A { me { id } }\n']], 'the folder of its client'],
  ];

  test.each(cases)('%s is reported in one sentence, with its location, and exits with 2', async (_, edits, says) => {
    write(root, edits);
    const { output, exitCode } = await check(root);
    for (const [file] of edits) rmSync(join(root, file));

    expect(exitCode).toBe(2);
    expect(output).toContain(says);
    expect(output.trim().split('\n')).toHaveLength(1);
  });

  test('a base that does not exist', async () => {
    write(root, []);
    const { output, exitCode } = await check(root, { base: 'v9' });

    expect(output).toContain('There is no base "v9" here');
    expect(exitCode).toBe(2);
  });

  test('a shallow clone without the base', async () => {
    git(root, 'commit', '-q', '--allow-empty', '-m', 'another');
    const first = git(root, 'rev-list', '--max-parents=0', 'HEAD').trim();
    const clone = join(emptyFolder(), 'clone');
    git(root, 'clone', '-q', '--depth', '1', `file://${root}`, clone);
    const { output, exitCode } = await check(clone, { base: first });

    expect(output).toContain('the clone is shallow');
    expect(exitCode).toBe(2);
  });
});

describe('what is compared with what', () => {
  let root: string;
  beforeAll(() => {
    root = repository();
  });

  test('the main branch without a remote, with its last commit', async () => {
    write(root, removal);
    const { output, exitCode } = await check(root);

    expect(exitCode).toBe(1);
    expect(output).toContain('payment-methods.graphql:6');
    expect(output).toContain('Compared with main');
  });

  test('what is staged, not what lies around', async () => {
    write(root, removal);

    expect((await check(root, { staged: true })).exitCode).toBe(0);
    git(root, 'add', '.');
    expect((await check(root, { staged: true })).exitCode).toBe(1);
    git(root, 'reset', '-q');
  });

  test('a branch, with where it left main', async () => {
    write(root, []);
    git(root, 'checkout', '-q', '-b', 'mine');
    git(root, 'checkout', '-q', 'main');
    write(root, [[payment, '  label: String!\n', '  label: String!\n  "As a picture."\n  logo: String\n']]);
    git(root, 'commit', '-qam', 'more');
    git(root, 'checkout', '-q', 'mine');

    expect((await check(root)).exitCode).toBe(0);
    expect((await check(root, { base: 'main' })).exitCode).toBe(1);
  });

  test('a first commit, with nothing', async () => {
    const fresh = emptyFolder();
    git(fresh, 'init', '-q', '-b', 'main');
    write(fresh, []);

    expect(await check(fresh)).toMatchObject({ exitCode: 0, output: expect.stringContaining('no base to compare with') });
  });
});

describe('a break that is meant', () => {
  let root: string;
  beforeAll(() => {
    root = repository();
  });
  const required: Edit = [cart, 'input ClearCartInput {', 'input ClearCartInput {\n  "Whether it is meant."\n  sure: Boolean!'];
  const accept = (changes: object): Edit => {
    const line = {
      type: 'INPUT_FIELD_ADDED',
      coordinate: 'ClearCartInput.sure',
      release: '0.1.0',
      decision: 'docs/adr/0001-one-package.md',
    };
    return [acceptedBreaksFile, '[', `[\n${JSON.stringify({ ...line, ...changes })},`];
  };
  const verdictOf = async (...edits: Edit[]) => {
    write(root, [[packageFile, packageVersion, '"version": "0.1.0"'], ...edits]);
    return await check(root);
  };

  test('is rejected as long as it is not recorded', async () => {
    expect(await verdictOf(required)).toMatchObject({ exitCode: 1, output: expect.stringContaining('Make it optional') });
  });

  test('is allowed once it is, and names the decision', async () => {
    expect(await verdictOf(required, accept({}))).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('docs/adr/0001-one-package.md'),
    });
  });

  test.each([
    ['is this change and no other', { type: 'FIELD_REMOVED' }, 'Make it optional'],
    [
      'is of this place and no other',
      { coordinate: 'ClearCartInput.really' },
      'ClearCartInput.really is not part of this graph: remove the line.',
    ],
    [
      'ends when what was removed is there again',
      { type: 'FIELD_REMOVED' },
      'ClearCartInput.sure is part of this graph again: remove the line.',
    ],
    ['ends with its release', { release: '0.0.9' }, 'ClearCartInput.sure was accepted for 0.0.9, and this is 0.1.0: remove the line.'],
  ])('%s', async (_, changes, says) => {
    expect(await verdictOf(required, accept(changes))).toMatchObject({ exitCode: 1, output: expect.stringContaining(says) });
  });

  test('has its reasons', async () => {
    expect(await verdictOf(required, accept({ decision: 'because' }))).toMatchObject({ exitCode: 2 });
    for (const { decision } of readAcceptedBreaks(readCheckout())) expect(existsSync(join(projectRoot, decision))).toBe(true);
  });
});

describe('who reads it', () => {
  let root: string;
  beforeAll(() => {
    root = repository();
    write(root, removal);
  });

  test('programs', async () => {
    const { output, exitCode } = await check(root, { json: true });
    const [change] = JSON.parse(output).findings;

    expect(exitCode).toBe(1);
    expect(change).toMatchObject({ type: 'FIELD_REMOVED', coordinate: 'PaymentMethod.behaviour', verdict: 'breaking', file: payment });
    expect(change.who).toEqual(['playground: PaymentMethods (schema/operations/playground/payment-methods.graphql:6)']);
  });

  test('GitHub, as an annotation and a table', async () => {
    const { stdout, summary } = await evaluate(checkSchema, { github: true }, root);

    expect(stdout).toMatch(/^::error file=subgraphs\/payment\/schema\.graphql,line=\d+,title=schema::.*behaviour/m);
    expect(summary).toMatch(/^\| breaking \| `subgraphs\/payment\/schema\.graphql:\d+` \|/m);
    expect(summary).toContain('playground: PaymentMethods');
  });
});

everywhere('where nothing is known of the commits before, the graph is composed, and what is left out is said aloud', async () => {
  const root = emptyFolder();
  write(root, []);
  const { exitCode, stderr } = await evaluate(checkSchema, {}, root);

  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^Nothing is compared with the commits before: \S/);
  expect(await check(root, { base: 'main' })).toMatchObject({
    exitCode: 2,
    output: expect.stringContaining('Nothing can be compared with "main"'),
  });
});
