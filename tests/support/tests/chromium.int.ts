import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test as everyTest, expect } from '@jest/globals';
import { launchChromium } from '../chromium.ts';
import { needs } from '../needs.ts';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));

/** A file of /proc of each process of our browser. */
function ofBrowserProcesses(file: 'maps' | 'environ'): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(cache) ? [readFileSync(`/proc/${pid}/${file}`, 'utf8')] : [];
      } catch {
        // it has ended meanwhile
        return [];
      }
    });
}

/** Elsewhere it is an installed Google Chrome, with the libraries of its system. */
const isFromNpm = process.platform === 'linux' && process.arch === 'x64';
const test = isFromNpm ? needs('browser').test : everyTest.skip;

test('the browser from npm brings its libraries and fonts along: a machine needs none of them', async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.setContent('<p>Xin chào</p>');
    const libraries = ofBrowserProcesses('maps').flatMap((maps) => maps.match(/\/\S*\/lib(nspr4|nss3|expat)\.so\S*/g) ?? []);
    const fonts = ofBrowserProcesses('environ').flatMap((variables) => /FONTCONFIG_FILE=([^\0]+)/.exec(variables)?.[1] ?? []);

    expect(libraries).toEqual(expect.arrayContaining([expect.stringMatching(/libnspr4\.so/)]));
    expect(libraries.filter((path) => !path.startsWith(cache))).toEqual([]);
    expect(fonts.length).toBeGreaterThan(0);
    for (const file of fonts) expect(readdirSync(/<dir>(.*)<\/dir>/.exec(readFileSync(file, 'utf8'))?.[1] ?? '').length).toBeGreaterThan(0);
  } finally {
    await browser.close();
  }
}, 30_000);
