import { spawnSync } from 'node:child_process';
import { readCommandLine } from '#platform/command.ts';
import { jestCommand } from './verify/jest-command.ts';

const kinds = ['unit', 'integration', 'e2e'];

const usage = `One kind of test. Without a path all of its files; with some, those whose names contain one of them.

npm run test:unit [PATH …]             decisions, in memory
npm run test:int [PATH …]              with a real PostgreSQL, and Kafka where there is one
npm run test:e2e [PATH …]              through the gateway, and in a browser

  --name PATTERN   only tests whose names match`;

const { values, positionals } = readCommandLine(usage, { name: { type: 'string' } }, Number.POSITIVE_INFINITY);
const [kind = '', ...paths] = positionals;
if (!kinds.includes(kind)) {
  process.stderr.write(`There is no kind "${kind}". Known: ${kinds.join(', ')}. See --help.\n`);
  process.exit(2);
}
// the paths come first: Jest takes every word after --selectProjects for a project
const names = values.name === undefined ? [] : ['--testNamePattern', values.name];
const [program, ...args] = jestCommand(...paths, ...names, '--selectProjects', kind);
const { status } = spawnSync(program, args, {
  stdio: 'inherit',
  env: { ...process.env, NODE_OPTIONS: '--no-warnings' },
});
process.exitCode = status ?? 1;
