import { ceramics } from './catalogue-ceramics.ts';
import { lanterns } from './catalogue-lanterns.ts';
import { teas } from './catalogue-teas.ts';
import { textiles } from './catalogue-textiles.ts';
import type { Drawing } from './drawing.ts';

/** A product of the seeded shop. Prices in EUR cents. */
export type SeededProduct = {
  readonly sku: string;
  readonly name: string;
  readonly category: 'Teas' | 'Ceramics' | 'Lanterns' | 'Textiles';
  readonly description: string;
  readonly price: number;
  readonly stock: number;
  readonly picture: { readonly alt: string; readonly draw: () => Drawing };
};

/** What stands on the shelves of a new shop; one is nearly gone and one is sold out. */
export const catalogue: readonly SeededProduct[] = [...teas, ...ceramics, ...lanterns, ...textiles];
