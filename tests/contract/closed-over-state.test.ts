import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { closedOverState } from './closed-over-state.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What stays a closure, and why. */
const kept: Readonly<Record<string, string>> = {
  'storefront/traces.ts forgetWhoLeft: owner': 'the one value of a listener that lives as long as the page',
  'tools/bench/abuse/attacks.ts anonymous: left': 'counts down one attack, between its two connections',
  'tools/bench/abuse/attacks.ts ask: awaited': 'the same, of one connection',
  'tools/demo/scene.ts createCustomer: seen': 'the cart that one customer of the demo saw last',
  'tools/dev/mail-inbox.ts startMailInbox: last': 'the last line of one worker, for the reason of its end',
};

test('state is held by classes with private fields or by reducers, and by no closure but those with a reason', () => {
  const folders = '{gateway,kafka,platform,playground,schema,storefront,subgraphs,tools}/**/*.{ts,tsx}';
  const files = globSync(folders, { cwd: root, exclude: ['**/{tests,migrations,dist,node_modules}/**', '**/*.types.ts'] });
  const found = files.flatMap((file) => {
    const text = readFileSync(`${root}${file}`, 'utf8');
    return /\blet\b/.test(text) ? closedOverState(file, text).map((state) => `${file} ${state}`) : [];
  });

  expect(files.length).toBeGreaterThan(500);
  expect(found.sort()).toEqual(Object.keys(kept).sort());
});

describe('a closure hides state', () => {
  test.each([
    [
      'in a variable that a returned function assigns',
      'function open() { let isOpen = true; return () => { isOpen = false; }; }',
      'open: isOpen',
    ],
    ['in a counter', 'const count = () => { let n = 0; return { next: () => n++ }; };', 'count: n'],
    ['in a variable of an effect', 'useEffect(() => { let timer; const run = () => { timer = 1; }; run(); });', 'useEffect: timer'],
    ['in what is assigned by a pattern', 'function f() { let a; return () => { ({ a } = g()); }; }', 'f: a'],
    ['in a block', 'function f() { for (;;) { let a = 0; on(() => { a += 1; }); } }', 'f: a'],
  ])('%s', (_, text, state) => {
    expect(closedOverState('a.ts', text)).toEqual([state]);
  });

  test.each([
    ['one that it only reads', 'function f() { let a = 0; a += 1; return () => a; }'],
    ['one of its own', 'function f() { return () => { let a = 0; a += 1; return a; }; }'],
    ['one of its own with the name of another', 'function f() { let a = 0; a = 1; return (b) => { let a = b; a += 1; return a; }; }'],
    ['a parameter', 'function f() { let a = 0; a = 1; return (a) => { a = 2; return a; }; }'],
    ['a private field', 'class C { #a = 0; next() { return () => { this.#a += 1; }; } }'],
    ['a property', 'function f() { const a = { n: 0 }; return () => { a.n += 1; }; }'],
    ['one of the module', 'let a = 0; export const next = () => { a += 1; };'],
  ])('but not in %s', (_, text) => {
    expect(closedOverState('a.ts', text)).toEqual([]);
  });
});
