import { ink, leaf, times } from './drawing.ts';
import { blossom, cup, lotus, scoop, sprig, teaCake, tin } from './drawings/tea.ts';
import type { SeededProduct } from './seeded-product.ts';

const category = 'Teas';

export const teas: readonly SeededProduct[] = [
  {
    sku: 'TEA-TANCUONG-100',
    name: 'Tân Cương Green Tea',
    category,
    description:
      'Small hooked leaves from the hills of Thái Nguyên, picked as one bud and two leaves and pan-fired the same day. Smells of young rice; the first sip is brisk, the second sweet. Steep 30 seconds at 80 °C, four times. 100 g in a tin.',
    price: 1450,
    stock: 120,
    picture: {
      alt: 'A green tea tin with a sprig of three leaves on its label',
      draw: () =>
        tin({ ground: ink.mist, cloth: ink.sand, body: ink.leaf, lid: ink.amber, label: ink.white, emblem: sprig(ink.leaf, ink.sage) }),
    },
  },
  {
    sku: 'TEA-LOTUS-50',
    name: 'West Lake Lotus Tea',
    category,
    description:
      'Green tea that has slept in lotus flowers of Hanoi’s West Lake: for each kilogram the pollen of about a thousand blossoms, seven nights long. Floral, buttery and very clear. A tea for guests and for New Year. 50 g.',
    price: 4900,
    stock: 18,
    picture: {
      alt: 'A tea tin with an open pink lotus flower',
      draw: () =>
        tin({
          ground: ink.blush,
          cloth: ink.sand,
          body: ink.clay,
          lid: ink.dark,
          label: ink.white,
          emblem: lotus(200, 264, 62, ink.rose, ink.blush, ink.amber),
        }),
    },
  },
  {
    sku: 'TEA-SHAN-100',
    name: 'Shan Tuyết Ancient Tree Tea',
    category,
    description:
      'From trees two to four hundred years old, wild on the slopes of Hà Giang at 1,600 metres; the pickers climb them. Large buds under white down, hence the name: snow of the mountain. Smoky first, then honey. 100 g.',
    price: 2800,
    stock: 64,
    picture: {
      alt: 'Long green and silver leaves on a bamboo scoop',
      draw: () =>
        scoop({
          ground: ink.mist,
          cloth: ink.sand,
          scoop: ink.amber,
          rim: ink.ochre,
          leaves: [ink.leaf, ink.sage, ink.white],
          above: leaf([250, 160], 96, -38, ink.leaf, ink.sage) + leaf([262, 170], 78, 8, ink.sage, ink.leaf),
        }),
    },
  },
  {
    sku: 'TEA-JASMINE-100',
    name: 'Jasmine Green Tea',
    category,
    description:
      'Green tea layered with fresh jasmine five evenings in a row, when the flowers open; the flowers are then taken out, so that only their scent remains. Light and forgiving, also cold over ice. 100 g.',
    price: 1150,
    stock: 200,
    picture: {
      alt: 'A steaming cup of tea with white jasmine blossoms beside it',
      draw: () =>
        cup({
          ground: ink.sky,
          cloth: ink.sand,
          body: ink.white,
          shade: ink.sand,
          tea: ink.amber,
          band: ink.leaf,
          steamColour: ink.white,
          above:
            blossom(314, 300, 34, ink.white, ink.amber) +
            blossom(86, 322, 26, ink.white, ink.amber) +
            leaf([330, 322], 44, 28, ink.leaf, ink.sage),
        }),
    },
  },
  {
    sku: 'TEA-OOLONG-100',
    name: 'Lâm Đồng High-Mountain Oolong',
    category,
    description:
      'Rolled pearls from the cool highlands around Đà Lạt, oxidised by a quarter and lightly roasted. Each pearl opens into a whole stem with its leaves. Cream, orchid, a long finish; good for six infusions. 100 g.',
    price: 2100,
    stock: 75,
    picture: {
      alt: 'A dark cup of amber oolong with rolled tea pearls beside it',
      draw: () =>
        cup({
          ground: ink.sand,
          cloth: ink.blush,
          body: ink.slate,
          shade: ink.dark,
          tea: ink.marigold,
          band: ink.amber,
          steamColour: ink.paper,
          above:
            times(7, (i) => leaf([66 + (i % 4) * 14, 318 + Math.floor(i / 4) * 12], 16, i * 50, ink.leaf)) +
            times(4, (i) => leaf([318 + i * 13, 316 + (i % 2) * 12], 15, i * 70, ink.leaf)),
        }),
    },
  },
  {
    sku: 'TEA-PUER-357',
    name: 'Hà Giang Pressed Dark Tea',
    category,
    description:
      'Old-tree leaves, steamed and pressed under stone into a cake, three years in the cellar and better each year. Forest floor, dates, no bitterness. Break off a piece the size of a coin. 357 g cake in paper, dated.',
    price: 3900,
    stock: 22,
    picture: {
      alt: 'A round pressed tea cake on its opened wrapper',
      draw: () => teaCake({ ground: ink.blush, cloth: ink.sand, paper: ink.white, cake: ink.wood, crumbs: ink.ochre, seal: ink.clay }),
    },
  },
  {
    sku: 'TEA-ARTICHOKE-20',
    name: 'Đà Lạt Artichoke Infusion',
    category,
    description:
      'Flowers, stems and roots of artichokes from Đà Lạt, dried and cut. No caffeine; malty and slightly sweet, the evening cup of half the country. Twenty sachets of unbleached paper.',
    price: 780,
    stock: 160,
    picture: {
      alt: 'A yellow tin with an artichoke on its label',
      draw: () =>
        tin({
          ground: ink.sand,
          cloth: ink.mist,
          body: ink.amber,
          lid: ink.leaf,
          label: ink.white,
          emblem: times(4, (row) =>
            times(5 - row, (i) =>
              leaf(
                [200 + (i - (4 - row) / 2) * 17, 270 - row * 17],
                40 - row * 2,
                -90 + (i - (4 - row) / 2) * 15,
                row % 2 === 0 ? ink.leaf : ink.sage,
              ),
            ),
          ),
        }),
    },
  },
];
