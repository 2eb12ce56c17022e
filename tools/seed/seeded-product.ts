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
