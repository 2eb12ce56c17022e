import { circle, ellipse, group, ink, leaf, line, path, rect, times } from './drawing.ts';
import { bowl, cups, jar, plate, teapot, vase, vine, waves } from './drawings/ceramics.ts';
import { blossom, lotus } from './drawings/tea.ts';
import type { SeededProduct } from './seeded-product.ts';

const category = 'Ceramics';

export const ceramics: readonly SeededProduct[] = [
  {
    sku: 'CER-TEAPOT-BT',
    name: 'Bát Tràng Teapot',
    category,
    description:
      'Thrown in Bát Tràng, the potters’ village on the Red River that has fired since the fourteenth century. White crackle glaze, a vine in cobalt painted free-hand, a spout that does not drip. Holds 450 ml.',
    price: 4200,
    stock: 35,
    picture: {
      alt: 'A white teapot with a blue vine around its belly',
      draw: () =>
        teapot({
          ground: ink.sky,
          cloth: ink.sand,
          body: ink.white,
          shade: '#e3e2df',
          accent: ink.indigo,
          handle: 'side',
          band: vine(240, ink.indigo),
        }),
    },
  },
  {
    sku: 'CER-TEAPOT-CLAY',
    name: 'Red Clay Teapot with Bamboo Handle',
    category,
    description:
      'Unglazed red clay from Phù Lãng, burnished with a stone, that takes on the tea over the years: keep it for one kind. The bent bamboo handle stays cool. Holds 600 ml.',
    price: 5600,
    stock: 14,
    picture: {
      alt: 'A red clay teapot with a tall bamboo handle',
      draw: () =>
        teapot({
          ground: ink.sand,
          cloth: ink.mist,
          body: ink.clay,
          shade: '#8f3325',
          accent: ink.amber,
          handle: 'top',
          band: times(2, (i) => rect(90, 218 + i * 16, 220, 6, ink.rose)),
        }),
    },
  },
  {
    sku: 'CER-BOWL-PHO',
    name: 'Phở Bowl',
    category,
    description:
      'Deep and wide, for a whole breakfast: stoneware with a celadon glaze that pools green in the carved waves. The foot is tall enough to carry it hot. 20 cm, 1.1 litres; dishwasher and microwave are fine.',
    price: 1900,
    stock: 90,
    picture: {
      alt: 'A steaming celadon bowl with carved waves',
      draw: () =>
        bowl({
          ground: ink.blush,
          cloth: ink.sand,
          body: ink.sage,
          shade: '#79997f',
          accent: ink.leaf,
          inside: ink.amber,
          band: waves(248, 4, ink.leaf),
          steaming: true,
        }),
    },
  },
  {
    sku: 'CER-BOWL-RICE-4',
    name: 'Rice Bowls, Set of Four',
    category,
    description:
      'The bowl one holds in the hand: thin porcelain stoneware, white inside, marigold yellow outside, each a little different. 11 cm across. Four in a box of rice straw paper.',
    price: 2600,
    stock: 48,
    picture: {
      alt: 'A marigold yellow rice bowl with a white rim',
      draw: () =>
        bowl({
          ground: ink.mist,
          cloth: ink.sand,
          body: ink.marigold,
          shade: '#bf7707',
          accent: ink.white,
          inside: ink.paper,
          band: times(9, (i) => circle(92 + i * 27, 250, 6, ink.paper)),
        }),
    },
  },
  {
    sku: 'CER-VASE-LOTUS',
    name: 'Lotus Bud Vase',
    category,
    description:
      'A slender vase for one stem or three, in a matt indigo slip with a band left bare. Made in Hội An from river clay. 22 cm tall; watertight, and heavy enough to stand in the wind.',
    price: 3400,
    stock: 3,
    picture: {
      alt: 'An indigo vase with two lotus buds',
      draw: () =>
        vase({
          ground: ink.blush,
          cloth: ink.sand,
          body: ink.indigo,
          shade: '#22314d',
          accent: ink.slate,
          band: rect(100, 236, 200, 18, ink.paper),
          flowers:
            line('M194 130 Q184 90 170 74', ink.leaf, 6) +
            line('M206 130 Q222 96 240 92', ink.leaf, 6) +
            lotus(168, 78, 52, ink.rose, ink.white, ink.amber) +
            leaf([240, 96], 62, -24, ink.leaf, ink.sage),
        }),
    },
  },
  {
    sku: 'CER-PLATE-CARP',
    name: 'Carp Plate',
    category,
    description:
      'A serving plate with two carps under the glaze, the old wish for perseverance: the one that leaps the Dragon Gate becomes a dragon. Painted in Chu Đậu. 26 cm.',
    price: 3100,
    stock: 26,
    picture: {
      alt: 'A round white plate with two blue carps circling each other',
      draw: () =>
        plate({
          ground: ink.sand,
          cloth: ink.paper,
          body: ink.white,
          shade: ink.sky,
          accent: ink.indigo,
          motif: times(2, (i) =>
            group(
              `rotate(${i * 180} 200 200)`,
              path('M142 196 C150 150 214 136 250 168 C222 190 182 200 142 196Z', i === 0 ? ink.indigo : ink.clay) +
                path('M146 194 L112 176 L120 206 L110 224Z', i === 0 ? ink.indigo : ink.clay) +
                circle(232, 164, 4, ink.white) +
                line('M190 160 q8 12 2 26', ink.white, 3) +
                line('M206 156 q8 12 2 24', ink.white, 3),
            ),
          ),
        }),
    },
  },
  {
    sku: 'CER-CUPS-2',
    name: 'Two Cups for Two',
    category,
    description:
      'A pair that does not match: one leaf green, one clay red, the same hand. They hold 180 ml and feel right without a handle, since the double rim stays cool.',
    price: 2200,
    stock: 57,
    picture: {
      alt: 'A green and a red cup side by side',
      draw: () =>
        cups({
          ground: ink.sand,
          cloth: ink.blush,
          body: ink.leaf,
          shade: '#33573f',
          second: ink.clay,
          secondShade: '#93331f',
          accent: ink.amber,
        }),
    },
  },
  {
    sku: 'CER-JAR-GINGER',
    name: 'Ginger Jar',
    category,
    description:
      'A lidded jar for tea, ginger or letters. White glaze, painted with plum blossom for the New Year. The lid closes with a soft sound. 18 cm, 1.4 litres.',
    price: 4800,
    stock: 11,
    picture: {
      alt: 'A white lidded jar painted with plum blossom',
      draw: () =>
        jar({
          ground: ink.mist,
          cloth: ink.sand,
          body: ink.white,
          shade: '#e4ddd2',
          accent: ink.clay,
          band:
            line('M96 300 Q150 236 226 246 T316 196', ink.wood, 7) +
            line('M176 252 Q186 220 176 204', ink.wood, 5) +
            blossom(176, 202, 22, ink.rose, ink.amber) +
            blossom(226, 240, 26, ink.clay, ink.amber) +
            blossom(144, 262, 20, ink.rose, ink.amber) +
            blossom(262, 214, 20, ink.rose, ink.amber) +
            ellipse(120, 284, 7, 9, ink.clay),
        }),
    },
  },
];
