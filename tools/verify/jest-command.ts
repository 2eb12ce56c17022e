import { join } from 'node:path';

/** Jest loads all libraries anew for each file, and most of that is garbage soon: with large young generations it takes a tenth less CPU. */
const flags = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Program and arguments; NODE_OPTIONS must hold --experimental-vm-modules. */
export const jestCommand = (...args: string[]): [string, ...string[]] => [
  process.execPath,
  ...flags,
  join('node_modules', '.bin', 'jest'),
  ...args,
];
