import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from './catalogue.ts';
import { toSvg } from './drawing.ts';

/** Writes the picture of each product of the seeded catalogue to gateway/assets/pictures/<sku>.svg. */
const folder = join(import.meta.dirname, '..', '..', 'gateway', 'assets', 'pictures');

mkdirSync(folder, { recursive: true });
for (const { sku, picture } of catalogue) writeFileSync(join(folder, `${sku.toLowerCase()}.svg`), toSvg(picture.draw(), picture.alt));
process.stdout.write(`${catalogue.length} pictures are in gateway/assets/pictures.\n`);
