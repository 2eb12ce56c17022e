import { circle, group, ink, leaf, line, rect, times } from './drawing.ts';
import { blossom } from './drawings/tea.ts';
import { bag, cushion, folded, lozenges, runner, scarf, stripes, zigzag } from './drawings/textiles.ts';
import type { SeededProduct } from './seeded-product.ts';

const category = 'Textiles';

export const textiles: readonly SeededProduct[] = [
  {
    sku: 'TEX-SCARF-SILK',
    name: 'Vạn Phúc Silk Scarf',
    category,
    description:
      'From Vạn Phúc, the silk village south-west of Hanoi, woven on a loom that is older than the weaver. Dyed with marigold flowers, hence no two lots alike. 180 × 45 cm, 100 % silk; wash cool, by hand.',
    price: 5400,
    stock: 40,
    picture: {
      alt: 'A marigold silk scarf over a rail',
      draw: () =>
        scarf({
          ground: ink.mist,
          body: ink.marigold,
          shade: '#b9730a',
          accent: ink.clay,
          pattern: times(5, (i) => blossom(140 + (i % 2) * 26, 140 + i * 46, 16, ink.amber, ink.clay)),
        }),
    },
  },
  {
    sku: 'TEX-SCARF-INDIGO',
    name: 'Indigo Cotton Scarf',
    category,
    description:
      'Homespun cotton, dipped in the indigo vat a dozen times by Nùng women of Cao Bằng and beaten until it shines. It gives a little blue at the first wash, and then keeps it for life. 160 × 50 cm.',
    price: 3300,
    stock: 52,
    picture: {
      alt: 'An indigo scarf with white stitched lines',
      draw: () =>
        scarf({
          ground: ink.sand,
          body: ink.indigo,
          shade: '#22314d',
          accent: ink.sky,
          pattern: times(7, (i) => line(`M100 ${130 + i * 34} q50 14 110 -4`, ink.sky, 3)) + stripes(300, 18, [8, 4], [ink.amber]),
        }),
    },
  },
  {
    sku: 'TEX-CUSHION-HMONG',
    name: 'Brocade Cushion Cover',
    category,
    description:
      'Batik and cross-stitch on hemp from the hills above Sa Pa, cut from a skirt that was five metres round. Snail and squash-flower patterns; the back is plain. 45 × 45 cm, with a zip.',
    price: 2700,
    stock: 38,
    picture: {
      alt: 'A cushion with rows of coloured lozenges',
      draw: () =>
        cushion({
          ground: ink.blush,
          cloth: ink.sand,
          body: ink.indigo,
          shade: ink.dark,
          accent: ink.amber,
          pattern:
            stripes(118, 182, [10, 10], [ink.clay]) +
            lozenges(96, 210, 9, 1, 27, [ink.amber, ink.rose, ink.sage]) +
            lozenges(110, 168, 7, 1, 30, [ink.clay, ink.paper]) +
            lozenges(110, 252, 7, 1, 30, [ink.paper, ink.clay]) +
            zigzag(150, ink.amber, 4) +
            zigzag(286, ink.amber, 4),
        }),
    },
  },
  {
    sku: 'TEX-BLANKET-WOOL',
    name: 'Striped Throw',
    category,
    description:
      'A light throw of cotton and wool with the stripes of a Thái weaver in Mai Châu, who keeps the pattern in her head. Warm enough for a sofa in January, small enough to travel. 130 × 180 cm.',
    price: 7900,
    stock: 9,
    picture: {
      alt: 'A pile of folded throws in clay, paper and green',
      draw: () =>
        folded({
          ground: ink.sky,
          cloth: ink.sand,
          body: ink.clay,
          shade: ink.dark,
          accent: ink.amber,
          colours: [ink.leaf, ink.paper, ink.clay, ink.amber],
          top: '',
        }),
    },
  },
  {
    sku: 'TEX-RUNNER',
    name: 'Linen Table Runner',
    category,
    description:
      'Washed linen with a drawn-thread border from Văn Lâm, where the whole street embroiders. The colour is that of unhulled rice. 40 × 180 cm; iron it damp, or do not iron it at all.',
    price: 3000,
    stock: 60,
    picture: {
      alt: 'A linen runner with a green border over the edge of a table',
      draw: () =>
        runner({
          ground: ink.mist,
          cloth: ink.rose,
          body: ink.paper,
          shade: ink.sand,
          accent: ink.sand,
          pattern:
            zigzag(272, ink.leaf, 5, 16) +
            stripes(286, 12, [4, 4], [ink.leaf]) +
            leaf([200, 252], 40, -90, ink.leaf) +
            leaf([200, 252], 32, -140, ink.sage) +
            leaf([200, 252], 32, -40, ink.sage),
        }),
    },
  },
  {
    sku: 'TEX-BAG-LOTUS',
    name: 'Market Bag',
    category,
    description:
      'Strong cotton canvas with long handles and an inner pocket, printed by hand with a marigold. Carries twelve kilograms of pomelos; we tried. 42 × 38 cm.',
    price: 1800,
    stock: 110,
    picture: {
      alt: 'A canvas bag with a large marigold on it',
      draw: () =>
        bag({
          ground: ink.sage,
          cloth: ink.sand,
          body: ink.paper,
          shade: '#ddd0b8',
          accent: ink.ochre,
          emblem: group(
            'translate(0 6)',
            line('M200 262 V312', ink.leaf, 6) +
              leaf([200, 300], 34, -30, ink.leaf) +
              leaf([200, 306], 34, -150, ink.leaf) +
              blossom(200, 246, 50, ink.marigold, ink.ochre, 9) +
              blossom(200, 246, 30, ink.amber, ink.ochre, 7),
          ),
        }),
    },
  },
  {
    sku: 'TEX-TEATOWEL-3',
    name: 'Tea Towels, Set of Three',
    category,
    description:
      'Three towels of cotton and linen, checked like the krama of the delta: one marigold, one leaf, one clay. They dry glass without a thread left behind. 50 × 70 cm each.',
    price: 1600,
    stock: 130,
    picture: {
      alt: 'Three folded tea towels with a cup on top',
      draw: () =>
        folded({
          ground: ink.blush,
          cloth: ink.sand,
          body: ink.leaf,
          shade: ink.paper,
          accent: ink.ochre,
          colours: [ink.clay, ink.leaf, ink.marigold],
          top:
            rect(164, -58, 72, 56, ink.white, 12) +
            rect(164, -38, 72, 8, ink.indigo) +
            circle(200, -58, 0, ink.white) +
            line('M234 -46 q24 2 22 18 q-2 16 -24 14', ink.white, 8),
        }),
    },
  },
];
