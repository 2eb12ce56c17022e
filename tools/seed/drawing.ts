/** SVG markup of shapes on a field of 400 by 400, the light coming from the upper left. */
export type Drawing = { readonly ground: string; readonly shapes: string };

/** The colours of the house, as pigments: each picture takes two or three of them. */
export const ink = {
  paper: '#fbf7f0',
  sand: '#f1e4cd',
  blush: '#f4dccb',
  mist: '#dfe7e0',
  sky: '#dbe3ea',
  marigold: '#e08e0b',
  amber: '#f2b544',
  ochre: '#8a5200',
  leaf: '#3f6b4f',
  sage: '#8fae94',
  clay: '#b3402e',
  rose: '#d9806a',
  slate: '#5b6472',
  indigo: '#2f4266',
  wood: '#7a4f33',
  dark: '#2b2320',
  white: '#fffdf8',
} as const;

export type Point = readonly [x: number, y: number];

const n = (value: number) => String(Math.round(value * 10) / 10);

export const circle = (x: number, y: number, r: number, fill: string) => `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}"/>`;
export const ellipse = (x: number, y: number, rx: number, ry: number, fill: string) =>
  `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}" fill="${fill}"/>`;
export const rect = (x: number, y: number, w: number, h: number, fill: string, r = 0) =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"${r === 0 ? '' : ` rx="${n(r)}"`} fill="${fill}"/>`;
export const path = (d: string, fill: string) => `<path d="${d}" fill="${fill}"/>`;
export const line = (d: string, stroke: string, width: number) =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${n(width)}" stroke-linecap="round" stroke-linejoin="round"/>`;
export const polygon = (points: readonly Point[], fill: string) =>
  `<polygon points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')}" fill="${fill}"/>`;
export const group = (transform: string, shapes: string) => `<g transform="${transform}">${shapes}</g>`;

/** Shapes seen only where `clip` (an element without a fill) is; `id` must be unique in the picture. */
export const within = (id: string, clip: string, shapes: string) =>
  `<clipPath id="${id}">${clip}</clipPath><g clip-path="url(#${id})">${shapes}</g>`;

export const times = (count: number, make: (index: number) => string) => Array.from({ length: count }, (_, index) => make(index)).join('');

/** The table that a thing stands on, and the shadow under it. */
export const table = (colour: string, y = 300) => path(`M0 ${y} Q200 ${y - 14} 400 ${y} V400 H0Z`, colour);
export const shadow = (x: number, y: number, width: number) =>
  `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(width / 2)}" ry="${n(width / 16)}" fill="${ink.dark}" opacity=".13"/>`;

/** A leaf that grows from a point in the direction of `angle`, in degrees. */
export function leaf([x, y]: Point, length: number, angle: number, fill: string, vein?: string): string {
  const w = length * 0.3;
  const shape = path(
    `M0 0 C${n(length * 0.25)} ${n(-w)} ${n(length * 0.75)} ${n(-w * 0.9)} ${n(length)} 0 C${n(length * 0.75)} ${n(w * 0.9)} ${n(length * 0.25)} ${n(w)} 0 0Z`,
    fill,
  );
  const middle = vein === undefined ? '' : line(`M${n(length * 0.08)} 0 H${n(length * 0.86)}`, vein, 2.5);
  return group(`translate(${n(x)} ${n(y)}) rotate(${n(angle)})`, shape + middle);
}

/** Three lines of steam above a point. */
export const steam = (x: number, y: number, colour: string) =>
  times(3, (i) => line(`M${n(x - 26 + i * 26)} ${n(y)} q-12 -18 0 -34 q12 -16 0 -${26 + (i % 2) * 12}`, colour, 5));

/** The whole picture as a file. */
export function toSvg(drawing: Drawing, title: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img"><title>${escapeXml(title)}</title>${rect(0, 0, 400, 400, drawing.ground)}${drawing.shapes}</svg>\n`;
}

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
