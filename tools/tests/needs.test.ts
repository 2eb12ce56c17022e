import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { OptionalInfrastructure } from '#tools/dev/optional-infrastructure.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = globSync('{gateway,kafka,platform,schema,storefront,subgraphs,tests,tools}/**/*.{test,int,e2e}.ts', {
  cwd: root,
});

/** What a test file calls when it cannot do without a part that a machine may lack. */
const signs: readonly (readonly [OptionalInfrastructure, RegExp])[] = [
  ['browser', /\b(openBrowser|launchChromium)\(/],
  ['kafka', /\btestBrokers\(\)|\bstartKafka\(/],
  ['git', /\bcopyCheckout\(\)|Sync\('git'/],
];

test.each(signs)('what cannot be tested without %s is skipped where it is missing', (part, sign) => {
  const users = files.filter((file) => file !== 'tools/tests/needs.test.ts' && sign.test(readFileSync(`${root}/${file}`, 'utf8')));

  expect(users.length).toBeGreaterThan(0);
  expect(users.filter((file) => !readFileSync(`${root}/${file}`, 'utf8').includes(`needs('${part}')`))).toEqual([]);
});
