import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import picocolors from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import { whyNoHistory } from '#schema/history.ts';
import { runCommand, unlessInterrupted } from './run-command.ts';
import { withTemporaryFolder } from './temporary-folder.ts';
import { jestCommand } from './verify/jest-command.ts';
import { type JestReport, type Skipped, skippedTests, tellSkipped } from './verify/skipped.ts';

const color = picocolors.createColors(process.stdout.isTTY === true);

const usage = `npm test                 everything, as CI does it
npm test -- NAME …       only these steps
npm test -- --list       the names of the steps
npm test -- --help       this text`;

type Step = {
  readonly name: string;
  readonly checks: string;
  readonly commands: readonly string[][];
  /** After the commands, and at the same time: each is one process. */
  readonly together?: readonly string[][];
  readonly jest?: readonly string[];
  /** Part of what it does is to compare with what was committed before. */
  readonly compares?: boolean;
};
type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number; readonly skippedFor: Skipped };
type Outcome = Counts & { readonly step: Step; readonly seconds: number };

const bin = (name: string, ...args: string[]) => [process.execPath, join('node_modules', '.bin', name), ...args];
const script = (file: string, ...args: string[]) => [process.execPath, file, ...args];
/** TypeScript 7, whose compiler is native; what `tsc` of node_modules/.bin is depends on which of the two was installed last. */
const tsc = (project: string) => script('node_modules/typescript-native/bin/tsc', '-p', project);

const steps: readonly Step[] = [
  {
    name: 'format',
    checks: 'formatting and lint (Biome)',
    commands: [bin('biome', 'ci', '--error-on-warnings', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '.')],
  },
  {
    name: 'boundaries',
    checks: 'import rules (dependency-cruiser)',
    commands: [bin('depcruise', '--config', '.dependency-cruiser.js', '.')],
  },
  {
    name: 'types',
    checks: 'TypeScript types',
    commands: [bin('graphql-codegen', '--config', 'codegen.ts')],
    together: [tsc('.'), tsc('storefront'), tsc('tests/e2e'), tsc('playground')],
  },
  {
    name: 'supply',
    checks: 'secret scan, licences, known vulnerabilities',
    commands: [],
    together: [bin('secretlint', '--secretlintignore', '.gitignore', '**/*'), script('tools/check-licences.ts')],
  },
  {
    name: 'schema',
    checks: 'the subgraphs compose, and no registered operation breaks',
    commands: [script('tools/check-schema.ts')],
    compares: true,
  },
  {
    name: 'events',
    checks: 'event contracts stay compatible with their consumers',
    commands: [script('tools/check-events.ts')],
    compares: true,
  },
  {
    name: 'migrations',
    checks: 'migrations stay compatible with the previous release',
    commands: [script('tools/check-migrations.ts')],
    compares: true,
  },
  { name: 'unit', checks: 'unit tests, in memory', commands: [], jest: ['--selectProjects', 'unit'] },
  {
    name: 'integration',
    checks: 'integration tests on PostgreSQL, Kafka and Redis',
    commands: [],
    jest: ['--selectProjects', 'integration'],
  },
  { name: 'e2e', checks: 'end-to-end tests through the gateway and a browser', commands: [], jest: ['--selectProjects', 'e2e'] },
];

/** Runs a command; resolves to whether it ended well. Its output is shown as it comes, or only when it failed. */
function run([command = '', ...args]: string[], show: 'always' | 'on failure', interrupted: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    // some libraries take CI for a terminal; what is printed into a file or a pipe has no colours
    const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
    const env = { ...process.env, ...plain, NODE_OPTIONS: '--no-warnings', APOLLO_TELEMETRY_DISABLED: 'true' };
    const child = spawn(command, args, { stdio: show === 'always' ? 'inherit' : ['ignore', 'pipe', 'pipe'], env, signal: interrupted });
    const output: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', () => resolve(false));
    child.on('close', (code) => {
      if (code !== 0) process.stdout.write(Buffer.concat(output).toString());
      resolve(code === 0);
    });
  });
}

async function runStep(step: Step, interrupted: AbortSignal): Promise<Outcome> {
  const begun = performance.now();
  process.stdout.write(`${color.dim('…')} ${step.name}: ${step.checks}\n`);
  const counts = step.jest ? await runJest(step.jest, interrupted) : await runCommands(step, interrupted);
  const seconds = (performance.now() - begun) / 1000;
  process.stdout.write(`${counts.failed === 0 ? color.green('✓') : color.red('✗')} ${step.name} ${color.dim(`${seconds.toFixed(1)} s`)}\n`);
  return { step, ...counts, seconds };
}

const failure: Counts = { passed: 0, failed: 1, skipped: 0, skippedFor: {} };

async function runCommands({ commands, together = [], compares = false }: Step, interrupted: AbortSignal): Promise<Counts> {
  for (const command of commands) if (!(await run(command, 'on failure', interrupted))) return failure;
  const ended = await Promise.all(together.map((command) => run(command, 'on failure', interrupted)));
  if (ended.includes(false)) return failure;
  const why = compares ? whyNoHistory() : null;
  if (why === null) return { passed: 1, failed: 0, skipped: 0, skippedFor: {} };
  process.stdout.write(`nothing was compared with the commits before: ${why}\n`);
  return process.env['CI'] === 'true' ? failure : { passed: 1, failed: 0, skipped: 1, skippedFor: { history: 1 } };
}

function runJest(args: readonly string[], interrupted: AbortSignal): Promise<Counts> {
  return withTemporaryFolder('verify', async (folder) => {
    const report = join(folder, 'report.json');
    try {
      const ended = await run(jestCommand(...args, '--json', '--outputFile', report), 'always', interrupted);
      const result = JSON.parse(readFileSync(report, 'utf8')) as JestReport;
      const failed = (result.numFailedTests ?? 0) + (result.numRuntimeErrorTestSuites ?? 0);
      // a run that ended badly without a failed test has failed all the same
      return {
        passed: result.numPassedTests ?? 0,
        failed: Math.max(failed, ended ? 0 : 1),
        skipped: (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0),
        skippedFor: skippedTests(result),
      };
    } catch {
      return failure;
    }
  });
}

function summary(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ step, passed, failed, skipped, seconds }) => {
    const mark = failed > 0 ? color.red('✗') : color.green('✓');
    return `${mark} ${step.name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${String(skipped).padStart(4)} skipped ${seconds.toFixed(1).padStart(7)} s`;
  });
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const skipped = sum((outcome) => outcome.skipped);
  const total = `${sum((outcome) => outcome.passed)} passed, ${sum((outcome) => outcome.failed)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  const notTested = tellSkipped(outcomes.map(({ step, skippedFor }) => ({ name: step.name, skippedFor }))).map((line) =>
    color.yellow(line),
  );
  return `\n${[...rows, ...(notTested.length > 0 ? ['', ...notTested] : [])].join('\n')}\n\n${total}\n`;
}

async function main(interrupted: AbortSignal): Promise<number> {
  const { values, positionals } = readCommandLine(usage, { list: { type: 'boolean' } }, Number.POSITIVE_INFINITY);
  if (values.list) return say(steps.map((step) => `${step.name.padEnd(12)} ${step.checks}`).join('\n'));
  const unknown = positionals.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`There is no step "${unknown[0]}". Known: ${steps.map((step) => step.name).join(', ')}.`);
  const chosen = positionals.length === 0 ? steps : steps.filter((step) => positionals.includes(step.name));
  const outcomes: Outcome[] = [];
  for (const step of chosen) outcomes.push(await unlessInterrupted(interrupted, runStep(step, interrupted)));
  process.stdout.write(summary(outcomes));
  return outcomes.some((outcome) => outcome.failed > 0) ? 1 : 0;
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

await runCommand(main);
