import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { eventTypes } from '../contracts.ts';

const document = fileURLToPath(new URL('../contracts/asyncapi.yaml', import.meta.url));
/** In a process of its own: the parser's packages are of several module systems. */
const parse = `
  import { Parser, fromFile } from '@asyncapi/parser';
  const { document, diagnostics } = await fromFile(new Parser(), ${JSON.stringify(document)}).parse();
  const errors = diagnostics.filter(({ severity }) => severity === 0).map(({ message, path }) => path.join('.') + ': ' + message);
  process.stdout.write(JSON.stringify({ errors, operations: document?.operations().length, version: document?.version() }));`;

describe('asyncapi.yaml', () => {
  test('is AsyncAPI 3.0 for its own parser, with an operation for each event', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', parse], { encoding: 'utf8' });

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ errors: [], operations: eventTypes.length, version: '3.0.0' });
  }, 30_000);
});
