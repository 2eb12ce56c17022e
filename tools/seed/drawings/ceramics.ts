import { circle, type Drawing, ellipse, group, ink, line, path, rect, shadow, steam, table, times, within } from '../drawing.ts';

type Glaze = { ground: string; cloth: string; body: string; shade: string; accent: string };

/** A round pot with a spout, a handle and a lid; `band` is drawn on its belly. */
export function teapot(look: Glaze & { band: string; handle: 'side' | 'top' }): Drawing {
  const belly = 'M108 232 C108 176 150 152 200 152 C250 152 292 176 292 232 C292 280 254 312 200 312 C146 312 108 280 108 232Z';
  const handle =
    look.handle === 'side'
      ? line('M286 196 C346 178 356 262 282 276', look.shade, 17)
      : line('M132 176 C120 62 280 62 268 176', look.accent, 11) + line('M150 92 C176 72 224 72 250 92', ink.wood, 15);
  const shapes =
    table(look.cloth) +
    shadow(200, 318, 220) +
    handle +
    path('M124 252 C88 246 84 190 56 178 L80 164 C112 182 112 208 138 210Z', look.shade) +
    path(belly, look.body) +
    within('belly', `<path d="${belly}"/>`, path('M232 150 C282 200 262 290 190 316 H300 V150Z', look.shade) + look.band) +
    ellipse(200, 158, 58, 13, look.shade) +
    path('M144 156 C150 128 250 128 256 156Z', look.body) +
    circle(200, 124, 13, look.accent) +
    rect(164, 306, 72, 11, look.shade, 5);
  return { ground: look.ground, shapes };
}

/** A bowl on a foot. */
export function bowl(look: Glaze & { band: string; inside: string; steaming?: boolean }): Drawing {
  const outline = 'M74 188 H326 C322 256 284 304 238 308 H162 C116 304 78 256 74 188Z';
  const shapes =
    table(look.cloth) +
    shadow(200, 324, 200) +
    rect(156, 300, 88, 22, look.shade, 6) +
    path(outline, look.body) +
    within('bowl', `<path d="${outline}"/>`, path('M250 180 C262 240 236 290 190 312 H340 V180Z', look.shade) + look.band) +
    ellipse(200, 188, 126, 30, look.accent) +
    ellipse(200, 192, 114, 23, look.inside) +
    (look.steaming ? steam(200, 152, ink.white) : '');
  return { ground: look.ground, shapes };
}

/** A bellied vase with a neck, and what stands in it. */
export function vase(look: Glaze & { band: string; flowers: string }): Drawing {
  const outline = 'M168 122 H232 C230 152 226 166 246 188 C284 226 280 300 236 322 H164 C120 300 116 226 154 188 C174 166 170 152 168 122Z';
  const shapes =
    table(look.cloth, 306) +
    shadow(200, 328, 160) +
    look.flowers +
    path(outline, look.body) +
    within(
      'vase',
      `<path d="${outline}"/>`,
      path('M216 120 C216 170 262 200 252 260 C246 300 220 320 196 326 H300 V120Z', look.shade) + look.band,
    ) +
    ellipse(200, 122, 36, 9, look.accent);
  return { ground: look.ground, shapes };
}

/** A stack of plates, the top one seen from above. */
export function plate(look: Glaze & { motif: string }): Drawing {
  const shapes =
    circle(206, 214, 150, ink.dark).replace('fill=', 'opacity=".12" fill=') +
    circle(200, 200, 148, look.body) +
    circle(200, 200, 148, look.shade).replace('fill=', 'opacity=".35" fill=') +
    circle(196, 196, 143, look.body) +
    circle(200, 200, 104, look.accent) +
    circle(200, 200, 98, look.cloth) +
    times(24, (i) => group(`rotate(${i * 15} 200 200)`, path('M200 66 q8 10 0 20 q-8 -10 0 -20Z', look.accent))) +
    look.motif;
  return { ground: look.ground, shapes };
}

/** Two cups side by side, one a little behind. */
export function cups(look: Glaze & { second: string; secondShade: string }): Drawing {
  const one = (x: number, y: number, body: string, shade: string) =>
    shadow(x, y + 116, 120) +
    path(
      `M${x - 60} ${y} H${x + 60} L${x + 46} ${y + 104} Q${x + 44} ${y + 114} ${x + 32} ${y + 114} H${x - 32} Q${x - 44} ${y + 114} ${x - 46} ${y + 104}Z`,
      body,
    ) +
    path(
      `M${x + 20} ${y} H${x + 60} L${x + 46} ${y + 104} Q${x + 44} ${y + 114} ${x + 32} ${y + 114} H${x + 4} Q${x + 26} ${y + 70} ${x + 20} ${y}Z`,
      shade,
    ) +
    ellipse(x, y, 60, 15, look.accent) +
    ellipse(x, y + 2, 51, 10.5, shade) +
    times(3, (i) => line(`M${x - 40 + i * 24} ${y + 44} q10 ${14 + i * 2} 20 0`, look.accent, 4));
  return {
    ground: look.ground,
    shapes: table(look.cloth, 280) + one(262, 168, look.second, look.secondShade) + one(150, 202, look.body, look.shade),
  };
}

/** A lidded jar. */
export function jar(look: Glaze & { band: string }): Drawing {
  const outline = 'M128 168 C96 196 96 286 136 318 H264 C304 286 304 196 272 168Z';
  const shapes =
    table(look.cloth) +
    shadow(200, 324, 190) +
    path(outline, look.body) +
    within('jar', `<path d="${outline}"/>`, path('M232 160 C272 210 262 290 210 322 H320 V160Z', look.shade) + look.band) +
    rect(120, 150, 160, 24, look.shade, 10) +
    path('M128 152 C138 112 262 112 272 152Z', look.accent) +
    circle(200, 108, 14, look.accent);
  return { ground: look.ground, shapes };
}

/** A winding stem with leaves and blossoms, as painted on blue-and-white ware; `at` is its height. */
export const vine = (at: number, colour: string, from = 90, to = 310) =>
  line(`M${from} ${at} ${times(Math.ceil((to - from) / 44), (i) => `q22 ${i % 2 === 0 ? -26 : 26} 44 0 `)}`, colour, 4.5) +
  times(Math.ceil((to - from) / 44), (i) => circle(from + 22 + i * 44, at + (i % 2 === 0 ? 9 : -9), 7.5, colour));

/** Fish scales, waves: half circles in rows. */
export const waves = (top: number, rows: number, colour: string, width = 36) =>
  times(rows, (row) =>
    times(9, (i) =>
      line(`M${40 + i * width + (row % 2) * (width / 2)} ${top + row * 20} a${width / 2} ${width / 2} 0 0 1 ${width} 0`, colour, 4),
    ),
  );
