import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const css = readFileSync(new URL('../design/tokens.css', import.meta.url), 'utf8');

/** The colours of a theme: those of the light one, replaced by those of the block with this selector. */
function themeOf(selector: string | null): Record<string, string> {
  const blockOf = (opening: string) => css.slice(css.indexOf(opening)).split('}')[0] ?? '';
  const read = (block: string) =>
    Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour]));
  return { ...read(blockOf(':root {')), ...(selector === null ? {} : read(blockOf(selector))) };
}

/** Of a colour as #rrggbb, by WCAG 2.2: 0 is black, 1 white. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['paper', 'card', 'sunk'];
const texts = [
  ...['ink', 'quiet', 'accent-text', 'leaf', 'clay', 'slate'].flatMap((text) => grounds.map((ground) => [text, ground] as const)),
  ['on-accent', 'accent'] as const,
  ['ink', 'accent-soft'] as const,
  ['accent-text', 'accent-soft'] as const,
  ...['leaf', 'clay', 'slate'].flatMap((tone) => [[tone, `${tone}-soft`] as const, ['ink', `${tone}-soft`] as const]),
];

describe.each([
  ['light', null],
  ['dark', ':root[data-theme="dark"] {'],
  ['dark, as the system pending', ':root:not([data-theme="light"]) {'],
])('the %s theme', (_, selector) => {
  const colours = themeOf(selector);

  test.each(texts)('--%s can be read on --%s (AA, 4.5 to 1)', (text, ground) => {
    expect(contrast(colours[text] ?? '#000000', colours[ground] ?? '#000000')).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['paper', 'card', 'sunk'])('the edge of a field can be seen on --%s (3 to 1)', (ground) => {
    expect(contrast(colours['edge'] ?? '#000000', colours[ground] ?? '#000000')).toBeGreaterThanOrEqual(3);
  });
});

test('both ways to the dark theme lead to the same colours', () => {
  expect(themeOf(':root:not([data-theme="light"]) {')).toEqual(themeOf(':root[data-theme="dark"] {'));
});
