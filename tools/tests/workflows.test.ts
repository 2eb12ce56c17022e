import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { releaseNotes } from '../release-notes.ts';

type Step = { uses?: string; run?: string; with?: Record<string, unknown> };
type Job = { permissions?: Record<string, string>; 'timeout-minutes'?: number; needs?: string | string[]; steps: Step[] };
type Workflow = { permissions?: unknown; concurrency?: unknown; jobs: Record<string, Job> };

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const verifySteps = spawnSync(process.execPath, ['tools/verify.ts', '--list'], { cwd: fileURLToPath(root), encoding: 'utf8' })
  .stdout.split('\n')
  .map((line) => line.split(' ')[0] ?? '')
  .filter((name) => name !== '');

/** Programs of the runner. */
const given = new Set(['sudo', 'gh']);

/** What is wrong with one command of a workflow, in a sentence; null when all of it exists. */
function problemOf(command: string): string | null {
  const [program = '', ...args] = command.replaceAll(/"[^"]*"/g, 'x').split(/\s+/);
  if (program === 'npm') return problemOfNpm(args);
  if (program === 'node') return existsSync(new URL(args[0] ?? '', root)) ? null : `there is no file ${args[0]}`;
  if (program.includes('/')) return existsSync(new URL(program, root)) ? null : `there is no file ${program}`;
  return given.has(program) ? null : `nobody knows the program ${program}`;
}

function problemOfNpm([verb = '', ...args]: string[]): string | null {
  // npm's own
  if (['ci', 'audit', 'sbom'].includes(verb)) return null;
  const script = verb === 'run' ? (args[0] ?? '') : verb;
  if (!(script in scripts)) return `there is no npm script "${script}"`;
  const names = args.slice(args.indexOf('--') + 1);
  const unknown = script === 'test' ? names.find((name) => !verifySteps.includes(name)) : undefined;
  return unknown === undefined ? null : `npm test has no step "${unknown}"`;
}

const commandsOf = (job: Job) =>
  job.steps.flatMap(({ run }) => (run ?? '').split(/\n|&&/)).flatMap((command) => (command.trim() === '' ? [] : [command.trim()]));

const files = readdirSync(new URL('.github/workflows', root));
const workflows = files.map((file) => [file, parse(read(`.github/workflows/${file}`)) as Workflow] as const);

describe.each(workflows)('the workflow %s', (file, workflow) => {
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  test('may only read, unless a job declares what it writes', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const [, job] of jobs)
      expect(Object.values(job.permissions ?? {}).every((right) => right === 'read' || right === 'write')).toBe(true);
  });

  test('runs once per branch, and no job runs for ever', () => {
    expect(workflow.concurrency).toMatchObject({ group: expect.stringContaining('github.ref') });
    for (const [, job] of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
  });

  test('uses actions by the digest of a commit, since a tag can be moved, with its version beside it', () => {
    const used = [...read(`.github/workflows/${file}`).matchAll(/uses: (.*)$/gm)].map(([, action = '']) => action);

    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test('runs only commands that exist', () => {
    expect(jobs.flatMap(([, job]) => commandsOf(job)).flatMap((command) => problemOf(command) ?? [])).toEqual([]);
  });

  test('asks for the Node that the project asks for', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const versions = steps.flatMap(({ uses, with: options }) =>
      uses?.startsWith('actions/setup-node@') ? [options?.['node-version']] : [],
    );

    expect(versions.filter((version) => `>=${version}` !== engines.node)).toEqual([]);
  });
});

test('CI runs every step of npm test, each once', () => {
  const ci = workflows.find(([file]) => file === 'ci.yml')?.[1];
  const run = Object.values(ci?.jobs ?? {})
    .flatMap(commandsOf)
    .filter((command) => command.startsWith('npm test'));

  expect(run.flatMap((command) => command.split(' -- ')[1]?.split(' ') ?? verifySteps).toSorted()).toEqual(verifySteps.toSorted());
});

test('.ci/run runs npm test, whole', () => {
  expect(read('.ci/run')).toMatch(/^exec npm test$/m);
});

test.each([
  ['npm run nothing', 'there is no npm script "nothing"'],
  ['npm test -- unit nothing', 'npm test has no step "nothing"'],
  ['node tools/nothing.ts', 'there is no file tools/nothing.ts'],
  ['.ci/nothing', 'there is no file .ci/nothing'],
  ['make all', 'nobody knows the program make'],
])('the check of commands rejects %s', (command, problem) => {
  expect(problemOf(command)).toBe(problem);
});

test('dependencies are updated in groups, in every place that has some', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as { updates: { 'package-ecosystem': string; groups?: object }[] };

  expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions', 'docker', 'docker-compose']);
  expect(Object.keys(updates[0]?.groups ?? {}).length).toBeGreaterThan(2);
});

describe('the notes of a release', () => {
  const changelog = '# Changelog\n\n## 1.2.0\n\n### Graph\n- A field.\n\n## 1.1.0\n\n- Old.\n';

  test('are its promises, and the commits by kind', () => {
    expect(releaseNotes('v1.2.0', changelog, ['fix(order): one', 'feat(cart): two', 'docs: three', 'feat: four'])).toBe(
      '### Graph\n- A field.\n\n### New\n- cart: two\n- four\n\n### Mended\n- order: one\n',
    );
  });

  test('fall back on what is unreleased', () => {
    expect(releaseNotes('v2.0.0', '# Changelog\n\n## Unreleased\n\n- Soon.\n', [])).toBe('- Soon.\n');
  });
});

test('CI checks shipped packages for known vulnerabilities, and a release lists its contents', () => {
  expect(read('.github/workflows/ci.yml')).toContain('npm audit --omit=dev --audit-level=high');
  expect(read('.github/workflows/release.yml')).toMatch(/npm sbom --sbom-format cyclonedx .*> marigold\.cdx\.json/);
});
