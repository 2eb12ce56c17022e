import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docs/threat-model.md', root), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('the threat model', () => {
  test('covers each kind of STRIDE, and of each place in its diagram', () => {
    const places = [...text.matchAll(/-- "(\d) /g)].map(([, place]) => place);

    expect([...new Set(rows.map(([, , kind]) => kind))].toSorted()).toEqual(['D', 'E', 'I', 'R', 'S', 'T']);
    expect([...new Set(rows.map(([, place]) => place))].toSorted()).toEqual(places.toSorted());
  });

  test.each(rows.map((row) => [row[3] ?? '', row] as const))('"%s" is held by a test that is there', (_, row) => {
    const tests = [...(row[5] ?? '').matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);

    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter((path) => !/\.(test|int|e2e)\.ts$/.test(path) || !existsSync(new URL(path, root)))).toEqual([]);
  });
});
