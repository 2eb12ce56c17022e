import { circle, type Drawing, ellipse, group, ink, leaf, line, path, rect, shadow, steam, table, times, within } from '../drawing.ts';

/** A tin with a lid and a label that shows what is in it. */
export function tin(look: { ground: string; cloth: string; body: string; lid: string; label: string; emblem: string }): Drawing {
  const shapes =
    table(look.cloth) +
    shadow(200, 322, 190) +
    rect(122, 128, 156, 192, look.body, 14) +
    rect(122, 128, 40, 192, ink.white, 14).replace('fill=', 'opacity=".14" fill=') +
    rect(112, 92, 176, 46, look.lid, 10) +
    rect(122, 138, 156, 7, ink.dark).replace('fill=', 'opacity=".15" fill=') +
    rect(146, 172, 108, 112, look.label, 8) +
    look.emblem;
  return { ground: look.ground, shapes };
}

/** A sprig of three leaves for a label. */
export const sprig = (colour: string, vein: string) =>
  line('M200 272 Q203 240 200 214', colour, 4) +
  leaf([200, 228], 46, -90, colour, vein) +
  leaf([200, 248], 42, -152, colour, vein) +
  leaf([200, 240], 42, -28, colour, vein);

/** An open flower with pointed petals. */
export function lotus(x: number, y: number, size: number, outer: string, inner: string, heart: string): string {
  const petal = (angle: number, length: number, fill: string) =>
    group(
      `translate(${x} ${y}) rotate(${angle})`,
      path(
        `M0 0 C${-length * 0.34} ${-length * 0.4} ${-length * 0.2} ${-length * 0.85} 0 ${-length} C${length * 0.2} ${-length * 0.85} ${length * 0.34} ${-length * 0.4} 0 0Z`,
        fill,
      ),
    );
  return (
    [-78, 78, -52, 52].map((angle) => petal(angle, size, outer)).join('') +
    [-28, 28].map((angle) => petal(angle, size * 1.02, inner)).join('') +
    petal(0, size * 1.05, outer) +
    ellipse(x, y, size * 0.2, size * 0.1, heart)
  );
}

/** A flower with round petals around a heart. */
export const blossom = (x: number, y: number, r: number, petals: string, heart: string, count = 5) =>
  times(count, (i) => {
    const angle = (i / count) * 2 * Math.PI - Math.PI / 2;
    return circle(x + Math.cos(angle) * r * 0.62, y + Math.sin(angle) * r * 0.62, r * 0.48, petals);
  }) + circle(x, y, r * 0.3, heart);

/** A cup without a handle, seen from the front, with what is in it. */
export function cup(look: {
  ground: string;
  cloth: string;
  body: string;
  shade: string;
  tea: string;
  band: string;
  steamColour: string;
  above: string;
}): Drawing {
  const outline = 'M112 178 H288 C286 246 262 300 226 308 H174 C138 300 114 246 112 178Z';
  const shapes =
    table(look.cloth) +
    shadow(200, 318, 170) +
    path(outline, look.body) +
    within(
      'cup',
      `<path d="${outline}"/>`,
      path('M226 178 H300 V320 H190 C240 290 236 220 226 178Z', look.shade) + rect(100, 226, 200, 16, look.band),
    ) +
    rect(168, 304, 64, 14, look.shade, 5) +
    ellipse(200, 178, 88, 22, look.shade) +
    ellipse(200, 181, 76, 16, look.tea) +
    steam(200, 148, look.steamColour) +
    look.above;
  return { ground: look.ground, shapes };
}

/** A pressed cake in its wrapper, opened. */
export function teaCake(look: { ground: string; cloth: string; paper: string; cake: string; crumbs: string; seal: string }): Drawing {
  const shapes =
    table(look.cloth, 292) +
    shadow(200, 330, 260) +
    path('M60 300 L104 176 L214 152 L344 214 L336 318 L196 346Z', look.paper) +
    path('M214 152 L344 214 L288 226Z', ink.sand) +
    ellipse(200, 262, 108, 62, look.cake) +
    ellipse(200, 250, 108, 60, look.crumbs) +
    times(26, (i) => {
      const angle = i * 2.4;
      const far = 14 + ((i * 37) % 78);
      return leaf(
        [200 + Math.cos(angle) * far, 250 + Math.sin(angle) * far * 0.52],
        26,
        (i * 67) % 360,
        i % 3 === 0 ? ink.sage : look.cake,
      );
    }) +
    ellipse(200, 250, 20, 11, look.cake) +
    circle(118, 206, 22, look.seal) +
    blossom(118, 206, 15, look.paper, look.seal);
  return { ground: look.ground, shapes };
}

/** Loose leaves on a bamboo scoop. */
export function scoop(look: {
  ground: string;
  cloth: string;
  scoop: string;
  rim: string;
  leaves: readonly string[];
  above: string;
}): Drawing {
  const shapes =
    table(look.cloth, 290) +
    shadow(206, 322, 280) +
    path('M62 214 C70 300 130 320 206 318 L330 300 Q352 296 350 272 L348 250 L204 214Z', look.scoop) +
    ellipse(136, 224, 76, 36, look.rim) +
    ellipse(136, 226, 66, 28, look.scoop) +
    times(22, (i) =>
      leaf([86 + ((i * 41) % 92), 228 - ((i * 29) % 44)], 34, (i * 53) % 180, look.leaves[i % look.leaves.length] ?? ink.leaf),
    ) +
    line('M212 226 L346 260', look.rim, 9) +
    times(3, (i) => line(`M${246 + i * 36} ${241 + i * 9} l-5 ${64 - i * 6}`, look.rim, 4)) +
    look.above;
  return { ground: look.ground, shapes };
}
