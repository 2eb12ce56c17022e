import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from '@jest/globals';
import { storefront } from '../build.ts';

const budgetBytes = 130 * 1024;
let page: string;

beforeAll(() => {
  // does nothing when what is built is of these sources
  execFileSync(process.execPath, [join(storefront.dist, '..', 'build.ts')], { stdio: 'pipe' });
  page = readFileSync(join(storefront.dist, 'index.html'), 'utf8');
}, 120_000);

const read = (path: string) => readFileSync(join(storefront.dist, path), 'utf8');

/** A script and everything that it cannot begin without. */
function withImports(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, imported] of read(path).matchAll(/(?:^|[;}])import(?:[^"'()]*?from)?["']\.\/([^"']+)["']/g))
    withImports(`/assets/${imported}`, seen);
  return seen;
}

test('the JavaScript of the first page stays under 130 KB, gzipped', () => {
  const named = [...page.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, path]) => path ?? '');
  const scripts = [...new Set(named.flatMap((path) => [...withImports(path)]))];

  const bytes = scripts.reduce((sum, path) => sum + gzipSync(read(path)).length, 0);

  expect(scripts.length).toBeGreaterThanOrEqual(2);
  expect(bytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThan(budgetBytes);
});

test('the page has no script and no style inside of itself', () => {
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
});

test('the page asks no other host for anything', () => {
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
});

test('what is built is built again when a file changes that it imports from outside of the storefront', () => {
  const noted = JSON.parse(read('version.json')) as { outside: string[] };

  expect(noted.outside).toContain('platform/address/countries.ts');
  expect(storefront.isBuilt()).toBe(true);
});
