import { registerHooks } from 'node:module';
import { addEventHandler } from 'jest-circus';
import { onDeclared } from './jest-limits.ts';

// Loaded once in each thread that runs tests, before its first file. The runner (jest-light-runner) loads tests and what they import as Node does, once for
// all files of a thread; Jest's own would load every library anew for each file. What it leaves out is added here: Jest's functions as a module, and limits.
const jestApi = new URL('jest-api.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) => (specifier === '@jest/globals' ? { url: jestApi, shortCircuit: true } : next(specifier, context)),
});
addEventHandler(onDeclared);
// the runner says so for "no colours", and programs that tests start take it for "colours"
if (process.env['FORCE_COLOR'] === 'false') delete process.env['FORCE_COLOR'];
