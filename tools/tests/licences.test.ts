import { expect, test } from '@jest/globals';
import { licenceProblems } from '../checks/licences.ts';

const problems = (path: string, more: object) => licenceProblems({ packages: { '': {}, [path]: { version: '1.0.0', ...more } } });

test.each(['MIT', '(MIT OR GPL-3.0-only)', 'Apache-2.0 AND LGPL-3.0-or-later'])('a package under %s may be shipped', (license) => {
  expect(problems('node_modules/one', { license })).toEqual([]);
});

test.each(['GPL-3.0-only', 'AGPL-3.0-or-later', 'MIT AND GPL-2.0-only', 'UNLICENSED', 'Elastic-2.0'])(
  'one under %s must not',
  (license) => {
    expect(problems('node_modules/a/node_modules/@b/one', { license })).toEqual([
      `@b/one 1.0.0 is under ${license}, which is not among the licences that may be shipped.`,
    ]);
  },
);

test('one that names none must not', () => {
  expect(problems('node_modules/one', {})).toEqual(['one 1.0.0 names no licence.']);
});

test('what is used for development only is not shipped, and Apollo was chosen', () => {
  expect(problems('node_modules/one', { license: 'GPL-3.0-only', dev: true })).toEqual([]);
  expect(problems('node_modules/@apollo/gateway', { license: 'Elastic-2.0' })).toEqual([]);
});
