import { ceramics } from './catalogue-ceramics.ts';
import { lanterns } from './catalogue-lanterns.ts';
import { teas } from './catalogue-teas.ts';
import { textiles } from './catalogue-textiles.ts';
import type { SeededProduct } from './seeded-product.ts';

/** The catalogue of a new shop; one is nearly gone and one is sold out. */
export const catalogue: readonly SeededProduct[] = [...teas, ...ceramics, ...lanterns, ...textiles];
