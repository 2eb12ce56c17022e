import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine } from '../load/report.ts';

const folder = join(import.meta.dirname, '../../docs/performance');

/** The machine and the day, as the page says them. */
export const measuredOn = (): string =>
  `${machine.cores} × ${machine.model}, Node ${machine.node}, ${new Date().toISOString().slice(0, 10)}`;

/** The text with these parts between their marks `<!-- NAME -->` and `<!-- /NAME -->`. @throws Error when a mark is missing */
export function fillPage(text: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((page, [name, part]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    if (!page.includes(begin) || !page.includes(end)) throw new Error(`The page has no place for "${name}": ${begin} … ${end}`);
    return `${page.slice(0, page.indexOf(begin))}${begin}\n\n${part}\n\n${page.slice(page.indexOf(end))}`;
  }, text);
}

/** Writes parts of docs/performance/checkout.md, and other files beside it by their names. */
export function writePerformancePage(parts: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): void {
  const page = join(folder, 'checkout.md');
  writeFileSync(page, fillPage(readFileSync(page, 'utf8'), parts));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
