import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { kafkaConfig } from '#kafka/kafka/log.ts';
import { errorCodes } from '#platform/errors.ts';
import { configurationPage } from '#tools/configuration.ts';
import { loadService } from '#tools/dev/load-service.ts';
import { services } from '#tools/dev/services.ts';
import { requestErrorStatus } from '../../gateway/pipeline/request-error.ts';
import { closeCodes } from '../../gateway/subscriptions/close-codes.ts';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const configuration = readFileSync(new URL('docs/configuration.md', root), 'utf8');
const protocol = readFileSync(new URL('docs/protocol.md', root), 'utf8');
const contributing = readFileSync(new URL('CONTRIBUTING.md', root), 'utf8');
const packageJson = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { scripts: Record<string, string> };
/** Every number with which the gateway closes a socket. */
const closings = Object.values(closeCodes).map((one) => (typeof one === 'function' ? one('1') : one).code);
const variables = [
  ...Object.keys(kafkaConfig),
  ...(await Promise.all(services.map(loadService))).flatMap(({ config }) => Object.keys(config)),
];

describe('the README', () => {
  test('is under 900 words', () => {
    expect(readme.split(/\s+/).filter((word) => word !== '').length).toBeLessThan(900);
  });
});

describe('the pages of configuration and protocol', () => {
  test.each([...new Set(variables)])('explains the variable %s', (name) => {
    expect(configuration).toContain(`\`${name}\``);
  });

  test('has the configuration as the types are; if not, run npm run configuration', async () => {
    expect(configuration).toBe(await configurationPage());
  });

  test('explains no variable that nothing reads', () => {
    const explained = [...`${readme}${configuration}${protocol}`.matchAll(/`([A-Z]+(?:_[A-Z]+)+|HOST|PORT)`/g)].map(
      (match) => match[1] ?? '',
    );
    const known = new Set<string>([...variables, ...errorCodes, 'NAME_FILE', 'AWAITING_PAYMENT', ...Object.keys(requestErrorStatus)]);

    expect(explained.filter((name) => !known.has(name))).toEqual([]);
  });

  test.each([...errorCodes, 'INTERNAL'])('explains the error code %s', (code) => {
    expect(protocol).toContain(`| \`${code}\` |`);
  });

  test.each(Object.entries(requestErrorStatus))('explains the code %s of the gateway, with its HTTP status %i', (code, status) => {
    expect(protocol).toContain(`\n| \`${code}\` | ${status} | `);
  });

  test.each([...new Set(closings)])('explains the close code %i', (code) => {
    const rows = protocol.split('\n').filter((row) => /^\| \d{4}/.test(row));
    expect(rows.flatMap((row) => (row.split('|')[1] ?? '').split(',').map(Number))).toContain(code);
  });
});

describe.each([
  ['README.md', readme],
  ['CONTRIBUTING.md', contributing],
])('%s', (_, text) => {
  test('names only commands that exist', () => {
    const named = [...text.matchAll(/npm (?:run )?([a-z][a-z0-9:-]*)/g)].map((match) => match[1] ?? '');

    expect(named.filter((name) => !(name in packageJson.scripts))).toEqual([]);
  });

  test('links only to what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? '');

    expect(links.filter((link) => !existsSync(new URL(link, root)))).toEqual([]);
  });
});
