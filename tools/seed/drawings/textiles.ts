import { type Drawing, ellipse, group, ink, line, path, polygon, rect, shadow, table, times, within } from '../drawing.ts';

type Cloth = { ground: string; body: string; shade: string; accent: string };

/** A scarf hung over a peg, its ends at different heights. */
export function scarf(look: Cloth & { pattern: string }): Drawing {
  const left = 'M120 92 C110 180 128 250 104 344 L184 356 C198 260 186 190 204 100Z';
  const right = 'M190 96 C208 170 206 220 214 300 L288 288 C282 210 292 150 276 88Z';
  const fringe = (x: number, y: number, slope: number) => times(8, (i) => line(`M${x + i * 10.4} ${y + i * slope} v22`, look.accent, 4));
  const shapes =
    rect(0, 78, 400, 14, ink.wood) +
    fringe(107, 344, 1.5) +
    fringe(216, 299, -1.5) +
    path(right, look.shade) +
    within('right', `<path d="${right}"/>`, group('translate(90 -40)', look.pattern)) +
    path(left, look.body) +
    within('left', `<path d="${left}"/>`, look.pattern) +
    path('M116 98 C120 58 272 54 280 96 C240 116 160 116 116 98Z', look.body) +
    path('M196 104 C226 108 262 106 280 96 C276 74 250 66 222 66 C240 78 226 98 196 104Z', look.shade);
  return { ground: look.ground, shapes };
}

/** A square cushion, a little plump. */
export function cushion(look: Cloth & { cloth: string; pattern: string }): Drawing {
  const outline = 'M84 104 Q200 84 316 104 Q332 210 316 316 Q200 334 84 316 Q68 210 84 104Z';
  const shapes =
    table(look.cloth, 310) +
    shadow(200, 330, 250) +
    path(outline, look.body) +
    within(
      'cushion',
      `<path d="${outline}"/>`,
      look.pattern + path('M270 80 Q292 210 262 340 H340 V80Z', look.shade).replace('fill=', 'opacity=".4" fill='),
    ) +
    times(4, (i) =>
      group(
        `translate(${i % 2 === 0 ? 84 : 316} ${i < 2 ? 106 : 314}) rotate(${[-135, -45, 135, 45][i]})`,
        times(4, (j) => line(`M0 0 L24 ${-9 + j * 6}`, look.accent, 4)),
      ),
    );
  return { ground: look.ground, shapes };
}

/** A pile of folded cloths. */
export function folded(look: Cloth & { cloth: string; colours: readonly string[]; top: string }): Drawing {
  const height = 44;
  const base = 318;
  const piece = (i: number) => {
    const y = base - (i + 1) * height;
    const colour = look.colours[i % look.colours.length] ?? look.body;
    const inset = (i % 2) * 8;
    return (
      rect(82 + inset, y, 236 - inset * 2, height - 3, colour, 18) +
      line(`M${100 + inset} ${y + height * 0.5} H${300 - inset}`, look.shade, 3).replace('fill=', 'opacity=".5" fill=') +
      ellipse(312 - inset, y + height / 2 - 1, 6, height / 2 - 3, look.shade).replace('fill=', 'opacity=".35" fill=')
    );
  };
  const count = look.colours.length;
  return {
    ground: look.ground,
    shapes: table(look.cloth, 308) + shadow(200, 324, 260) + times(count, piece) + group(`translate(0 ${base - count * height})`, look.top),
  };
}

/** A runner that hangs over the edge of a table. */
export function runner(look: Cloth & { cloth: string; pattern: string }): Drawing {
  const shapes =
    path('M30 176 L112 96 H288 L370 176Z', look.cloth) +
    rect(30, 176, 340, 20, ink.wood, 4) +
    rect(54, 196, 16, 180, ink.wood) +
    rect(330, 196, 16, 180, ink.wood) +
    polygon(
      [
        [150, 176],
        [172, 96],
        [228, 96],
        [250, 176],
      ],
      look.shade,
    ) +
    rect(150, 176, 100, 150, look.body) +
    within('runner', '<rect x="150" y="176" width="100" height="150"/>', look.pattern) +
    times(10, (i) => line(`M${155 + i * 10} 326 v20`, look.accent, 4));
  return { ground: look.ground, shapes };
}

/** A bag with two handles. */
export function bag(look: Cloth & { cloth: string; emblem: string }): Drawing {
  const outline = 'M98 172 H302 L318 330 Q200 346 82 330Z';
  const shapes =
    table(look.cloth, 316) +
    shadow(200, 338, 250) +
    line('M146 176 C140 66 236 66 236 170', look.shade, 13) +
    path(outline, look.body) +
    within(
      'bag',
      `<path d="${outline}"/>`,
      path('M256 160 Q276 250 258 344 H330 V160Z', look.shade).replace('fill=', 'opacity=".45" fill=') + rect(80, 172, 240, 20, look.shade),
    ) +
    line('M164 182 C158 84 254 84 254 182', look.accent, 13) +
    look.emblem;
  return { ground: look.ground, shapes };
}

/** Rows of small lozenges, as in brocade of the highlands. */
export const lozenges = (x: number, y: number, columns: number, rows: number, size: number, colours: readonly string[]) =>
  times(rows, (row) =>
    times(columns, (column) => {
      const [cx, cy] = [x + column * size, y + row * size];
      const r = size * 0.42;
      return polygon(
        [
          [cx, cy - r],
          [cx + r, cy],
          [cx, cy + r],
          [cx - r, cy],
        ],
        colours[(row + column) % colours.length] ?? '',
      );
    }),
  );

export const stripes = (y: number, gap: number, widths: readonly number[], colours: readonly string[]) =>
  widths.map((width, i) => rect(40, y + i * gap, 320, width, colours[i % colours.length] ?? '')).join('');

/** Zigzag lines from edge to edge. */
export const zigzag = (y: number, colour: string, width = 6, step = 22) =>
  line(`M40 ${y} ${times(Math.ceil(330 / step), (i) => `l${step} ${i % 2 === 0 ? -step * 0.7 : step * 0.7} `)}`, colour, width);
