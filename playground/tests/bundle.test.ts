import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { playgroundVersion } from '../version.ts';

describe('the bundle of the playground', () => {
  test('is made of the sources that are here; if not, run npm run playground:build', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../gateway/assets/graphiql/version.json', import.meta.url), 'utf8'));

    expect(version).toBe(playgroundVersion());
  });

  test('asks no other host for anything', () => {
    const page = readFileSync(new URL('../../gateway/assets/graphiql/index.html', import.meta.url), 'utf8');

    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});
