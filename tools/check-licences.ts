import { readFileSync } from 'node:fs';
import { readCommandLine } from '#platform/command.ts';
import { licenceProblems } from './checks/licences.ts';

const usage = `npm run licences        whether every package that is shipped has a licence under which it may be

Exit code 0: each has. 1: one has not.
`;

readCommandLine(usage, {});
const problems = licenceProblems(JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')));
process.stdout.write(problems.length === 0 ? '✓ Each package may be shipped.\n' : problems.map((problem) => `✗ ${problem}\n`).join(''));
process.exitCode = problems.length === 0 ? 0 : 1;
