import { ink } from './drawing.ts';
import { bambooLamp, carpLantern, riverLantern, silkLantern, starLantern } from './drawings/lanterns.ts';
import { blossom } from './drawings/tea.ts';
import type { SeededProduct } from './seeded-product.ts';

const category = 'Lanterns';

export const lanterns: readonly SeededProduct[] = [
  {
    sku: 'LAN-HOIAN-M',
    name: 'Hội An Silk Lantern, Marigold',
    category,
    description:
      'Silk stretched over sixteen ribs of seasoned bamboo by a family on Trần Phú street. Folds flat like an umbrella, hangs in a minute. For bulbs up to 9 W; the socket is not included. 35 cm.',
    price: 2900,
    stock: 80,
    picture: {
      alt: 'A round marigold silk lantern with a tassel',
      draw: () =>
        silkLantern({
          ground: ink.indigo,
          glow: ink.amber,
          body: ink.marigold,
          shade: '#bd7508',
          frame: ink.dark,
          width: 216,
          height: 190,
          waist: 0,
        }),
    },
  },
  {
    sku: 'LAN-HOIAN-GARLIC',
    name: 'Hội An Silk Lantern, Garlic',
    category,
    description:
      'The slender old form that they call củ tỏi, a bulb of garlic, in clay red. Light falls softer through it than through any paper. Folds flat. 40 cm tall.',
    price: 3200,
    stock: 44,
    picture: {
      alt: 'A tall clay red silk lantern with painted blossoms',
      draw: () =>
        silkLantern({
          ground: ink.sand,
          glow: ink.amber,
          body: ink.clay,
          shade: '#8f3022',
          frame: ink.wood,
          width: 170,
          height: 226,
          waist: 0.25,
          motif: blossom(176, 176, 24, ink.amber, ink.clay) + blossom(220, 222, 20, ink.amber, ink.clay),
        }),
    },
  },
  {
    sku: 'LAN-HOIAN-DIAMOND',
    name: 'Hội An Silk Lantern, Diamond',
    category,
    description:
      'Broad and pointed, in leaf-green silk with a faint pattern that shows when it is lit. Three of them at different heights make a room. Folds flat. 45 cm wide.',
    price: 3600,
    stock: 31,
    picture: {
      alt: 'A broad green silk lantern with a tassel',
      draw: () =>
        silkLantern({
          ground: ink.blush,
          glow: ink.amber,
          body: ink.leaf,
          shade: '#2f523c',
          frame: ink.ochre,
          width: 256,
          height: 152,
          waist: 0.75,
        }),
    },
  },
  {
    sku: 'LAN-STAR',
    name: 'Mid-Autumn Star Lantern',
    category,
    description:
      'Đèn ông sao, which every child carries under the full moon of the eighth month: cellophane over bamboo, on a stick, with an LED candle in it. Easily mended, hard to put down. 38 cm.',
    price: 1200,
    stock: 140,
    picture: {
      alt: 'A red and yellow star lantern in a ring, on a stick',
      draw: () => starLantern({ ground: ink.indigo, glow: ink.amber, body: ink.clay, shade: ink.rose, frame: ink.leaf }),
    },
  },
  {
    sku: 'LAN-CARP',
    name: 'Carp Lantern',
    category,
    description:
      'A carp of waxed paper over wire that swims in the slightest draught. Painted by hand in Hội An, so the scales are never quite even. With an LED light; two batteries AA. 50 cm long.',
    price: 2400,
    stock: 0,
    picture: {
      alt: 'An orange carp lantern hanging from threads',
      draw: () => carpLantern({ ground: ink.sky, glow: ink.amber, body: ink.marigold, shade: ink.clay, frame: ink.dark }),
    },
  },
  {
    sku: 'LAN-BAMBOO',
    name: 'Woven Bamboo Pendant',
    category,
    description:
      'A shade woven like the fish traps of Thu Sỹ, by people who make those. It throws a net of shadows on the ceiling. With 1.5 m of cloth cable and an E27 socket. 42 cm across.',
    price: 6900,
    stock: 12,
    picture: {
      alt: 'A woven bamboo lamp shade with warm light below',
      draw: () => bambooLamp({ ground: ink.slate, glow: ink.amber, body: ink.sand, shade: ink.ochre, frame: ink.wood }),
    },
  },
  {
    sku: 'LAN-RIVER-10',
    name: 'River Lanterns, Ten',
    category,
    description:
      'Lotus-shaped boats of oiled paper with a candle each, as they are set on the Hoài river on the fourteenth night. Nothing in them harms a river. Ten, folded flat, with candles.',
    price: 1500,
    stock: 95,
    picture: {
      alt: 'A paper lantern with a flame, floating on dark water',
      draw: () => riverLantern({ ground: ink.indigo, glow: ink.amber, body: ink.blush, shade: '#22314d', frame: ink.rose }),
    },
  },
];
