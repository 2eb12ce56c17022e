import { join } from 'node:path';

/** The young generation of a thread that runs tests, in MB: most of what a test makes is garbage soon. */
const flags = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Program and arguments. */
export const jestCommand = (...args: string[]): [string, ...string[]] => [
  process.execPath,
  ...flags,
  join('node_modules', '.bin', 'jest'),
  ...args,
];
