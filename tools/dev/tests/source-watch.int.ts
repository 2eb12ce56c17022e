import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { SourceWatch } from '../source-watch.ts';

describe('saved sources', () => {
  let root: string;
  let watch: SourceWatch;
  let saved: string[][];
  let broken: string[];
  const save = (path: string, text: string) => writeFileSync(join(root, path), text);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'marigold-watch-'));
    for (const folder of ['a/deep', 'b']) mkdirSync(join(root, folder), { recursive: true });
    saved = [];
    broken = [];
    watch = new SourceWatch({
      root,
      folders: ['a', 'b'],
      onSaved: async (paths) => void saved.push([...paths]),
      onBroken: (path, reason) => void broken.push(`${path}: ${reason}`),
    });
  });
  afterEach(async () => {
    await watch.close();
    rmSync(root, { recursive: true });
  });

  /** What was told before this file is all there was. */
  const untilTold = async (path: string) => {
    save(path, `export const mark = '${path}';`);
    await waitFor('the last file', () => saved.flat().includes(path));
  };

  test('are told together and once, however often an editor writes', async () => {
    save('a/deep/one.ts', '');
    save('a/deep/one.ts', 'export const one: number = 1;');
    save('a/deep/one.ts', 'export const one: number = 1;');
    save('b/two.ts', 'export const two = 2;');
    await waitFor('both', () => saved.flat().length >= 2);
    save('a/deep/one.ts', 'export const one: number = 1;');

    await untilTold('b/last.ts');
    expect(saved.flat().filter((path) => path === 'a/deep/one.ts')).toHaveLength(1);
    expect(saved.flat().filter((path) => path === 'b/two.ts')).toHaveLength(1);
  });

  test('that cannot be loaded are named with the reason, and told once they can', async () => {
    save('a/one.ts', 'export const one = {;');
    save('a/types.graphql', 'type Query {');
    await waitFor('the reasons', () => broken.length >= 2);
    expect(saved).toEqual([]);
    expect(broken.toSorted()).toEqual([expect.stringMatching(/^a\/one\.ts: /), expect.stringMatching(/^a\/types\.graphql: Syntax Error/)]);

    save('a/one.ts', 'export const one = {};');

    await waitFor('the file', () => saved.flat().includes('a/one.ts'));
  });

  test('are told when an editor replaces the file by another of its name, again and again', async () => {
    const replace = (text: string) => {
      writeFileSync(join(root, 'unwatched'), text);
      renameSync(join(root, 'unwatched'), join(root, 'a/deep/one.ts'));
    };
    for (const times of [1, 2, 3]) {
      replace(`export const one = ${times};`);
      await waitFor('the file', () => saved.length === times);
    }

    expect(saved).toEqual([['a/deep/one.ts'], ['a/deep/one.ts'], ['a/deep/one.ts']]);
  });

  test('of other kinds are not told', async () => {
    save('a/notes.md', 'text');

    await untilTold('b/last.ts');
    expect(saved.flat()).toEqual(['b/last.ts']);
  });
});
