import { circle, type Drawing, ellipse, ink, line, type Point, path, polygon, rect, times, within } from '../drawing.ts';

type Silk = { ground: string; glow: string; body: string; shade: string; frame: string };

/** The light around a lantern. */
const glow = (x: number, y: number, r: number, colour: string) =>
  circle(x, y, r, colour).replace('fill=', 'opacity=".28" fill=') + circle(x, y, r * 0.72, colour).replace('fill=', 'opacity=".38" fill=');

const cord = (x: number, to: number, colour: string) => line(`M${x} 0 V${to}`, colour, 5);

/** A knot and threads below. */
function tassel(x: number, y: number, colour: string, length = 62): string {
  return (
    line(`M${x} ${y} v16`, colour, 5) +
    circle(x, y + 22, 8, colour) +
    times(5, (i) =>
      line(`M${x} ${y + 28} Q${x + (i - 2) * 5} ${y + 44} ${x + (i - 2) * 6.5} ${y + 28 + length - Math.abs(i - 2) * 5}`, colour, 4),
    )
  );
}

/** Silk over bamboo ribs: `width` and `height` of the body, `waist` how pointed it is (0 round, 1 a diamond). */
export function silkLantern(look: Silk & { width: number; height: number; waist: number; motif?: string }): Drawing {
  const [x, y] = [200, 190];
  const [w, h] = [look.width / 2, look.height / 2];
  const cap = 34;
  // how far the two curves of a side bulge: a barrel when round, almost straight lines when pointed
  const shoulder = cap + (w - cap) * (1 - look.waist * 0.5);
  const flank = h * (0.62 - look.waist * 0.5);
  const outline = [
    `M${x - cap} ${y - h} H${x + cap}`,
    `C${x + shoulder} ${y - h} ${x + w} ${y - flank} ${x + w} ${y} C${x + w} ${y + flank} ${x + shoulder} ${y + h} ${x + cap} ${y + h}`,
    `H${x - cap}`,
    `C${x - shoulder} ${y + h} ${x - w} ${y + flank} ${x - w} ${y} C${x - w} ${y - flank} ${x - shoulder} ${y - h} ${x - cap} ${y - h}Z`,
  ].join(' ');
  const rib = (at: number) =>
    line(
      `M${x + at * 0.3} ${y - h} C${x + at * 1.25} ${y - h * 0.6} ${x + at * 1.25} ${y + h * 0.6} ${x + at * 0.3} ${y + h}`,
      look.frame,
      3,
    ).replace('fill=', 'opacity=".55" fill=');
  const shapes =
    cord(x, y - h - 12, look.frame) +
    glow(x, y, Math.max(w, h) * 1.32, look.glow) +
    path(outline, look.body) +
    within(
      'silk',
      `<path d="${outline}"/>`,
      path(`M${x + w * 0.34} ${y - h} Q${x + w * 0.86} ${y} ${x + w * 0.34} ${y + h} H${x + w} V${y - h}Z`, look.shade) +
        ellipse(x - w * 0.2, y - h * 0.06, w * 0.42, h * 0.7, look.glow).replace('fill=', 'opacity=".45" fill=') +
        [-w * 0.82, -w * 0.42, 0, w * 0.42, w * 0.82].map(rib).join(''),
    ) +
    (look.motif ?? '') +
    rect(x - cap - 5, y - h - 14, (cap + 5) * 2, 18, look.frame, 6) +
    rect(x - cap - 5, y + h - 4, (cap + 5) * 2, 16, look.frame, 6) +
    tassel(x, y + h + 10, look.frame);
  return { ground: look.ground, shapes };
}

/** The five-pointed star of the Mid-Autumn children, in its ring. */
export function starLantern(look: Silk): Drawing {
  const point = (r: number, i: number): Point => {
    const angle = (i * Math.PI) / 5 - Math.PI / 2;
    return [200 + Math.cos(angle) * r, 180 + Math.sin(angle) * r];
  };
  const star = Array.from({ length: 10 }, (_, i) => point(i % 2 === 0 ? 118 : 48, i));
  const shapes =
    glow(200, 180, 156, look.glow) +
    `<circle cx="200" cy="180" r="124" fill="none" stroke="${look.frame}" stroke-width="9"/>` +
    times(20, (i) =>
      circle(200 + Math.cos((i * Math.PI) / 10) * 124, 180 + Math.sin((i * Math.PI) / 10) * 124, 8, i % 2 === 0 ? look.glow : look.frame),
    ) +
    polygon(star, look.body) +
    times(5, (i) => polygon([[200, 180], point(118, i * 2), point(48, i * 2 + 1)], look.shade)) +
    circle(200, 180, 17, look.glow) +
    line('M200 304 V392', ink.wood, 9) +
    times(2, (i) => line(`M${i === 0 ? 96 : 304} 246 q${i === 0 ? -14 : 14} 34 ${i === 0 ? -4 : 4} 66`, look.glow, 5));
  return { ground: look.ground, shapes };
}

/** A carp of paper over wire, hanging from two threads. */
export function carpLantern(look: Silk): Drawing {
  const outline = 'M72 206 C96 128 214 108 274 190 C214 286 100 284 72 206Z';
  const shapes =
    line('M200 0 V56 L120 148 M200 56 L256 160', look.frame, 4) +
    glow(196, 204, 142, look.glow) +
    path('M262 190 C300 150 340 140 362 146 C346 176 346 216 364 252 C334 256 296 238 262 204Z', look.shade) +
    path('M142 138 C160 96 214 96 236 148Z', look.shade) +
    path('M150 266 C160 306 196 312 216 262Z', look.shade) +
    path(outline, look.body) +
    within(
      'carp',
      `<path d="${outline}"/>`,
      times(5, (c) => times(6, (r) => line(`M${150 + c * 26} ${136 + r * 26 + (c % 2) * 13} q18 13 0 26`, look.glow, 5))) +
        path('M60 150 H132 Q150 206 126 268 H60Z', look.shade),
    ) +
    circle(106, 190, 15, ink.white) +
    circle(104, 190, 8, ink.dark) +
    line('M76 224 q14 8 26 2', look.frame, 4);
  return { ground: look.ground, shapes };
}

/** A woven shade of bamboo over a lamp. */
export function bambooLamp(look: Silk): Drawing {
  const outline = 'M160 110 H240 L312 272 Q200 306 88 272Z';
  const weave =
    times(9, (i) => line(`M${80 + i * 30} 290 L${166 + i * 8} 104`, look.shade, 5)) +
    times(9, (i) => line(`M${110 + i * 30} 296 L${158 + i * 6} 104`, look.frame, 2.5)) +
    times(5, (i) => line(`M70 ${138 + i * 34} Q200 ${156 + i * 38} 330 ${138 + i * 34}`, look.shade, 5));
  const shapes =
    cord(200, 98, look.frame) +
    path('M110 282 L24 400 H376 L290 282Z', look.glow).replace('fill=', 'opacity=".35" fill=') +
    circle(200, 282, 34, look.glow) +
    path(outline, look.body) +
    within('weave', `<path d="${outline}"/>`, weave) +
    rect(154, 92, 92, 22, look.frame, 8) +
    line('M88 272 Q200 306 312 272', look.frame, 9);
  return { ground: look.ground, shapes };
}

/** A paper box with a light in it, as they float on the river. */
export function riverLantern(look: Silk): Drawing {
  const shapes =
    rect(0, 270, 400, 130, look.shade) +
    times(4, (i) =>
      line(`M${20 + i * 30} ${308 + i * 24} q28 -12 56 0 t56 0 t56 0 t56 0`, look.glow, 4).replace('fill=', 'opacity=".5" fill='),
    ) +
    glow(200, 208, 140, look.glow) +
    times(4, (i) => path(`M${112 + i * 58} 288 q-40 -4 -50 -44 q46 2 62 44Z`, look.frame)) +
    path('M132 146 L190 128 L192 276 L142 268Z', look.body) +
    path('M190 128 L268 146 L258 268 L192 276Z', look.shade) +
    path('M190 128 L268 146 L258 268 L192 276Z', look.body).replace('fill=', 'opacity=".62" fill=') +
    path('M178 258 C160 232 180 212 188 188 C206 214 214 238 202 258Z', look.glow) +
    path('M182 258 C176 244 184 232 188 220 C196 234 200 246 196 258Z', ink.white) +
    path('M70 284 Q200 326 330 284 Q312 316 200 320 Q88 316 70 284Z', look.frame);
  return { ground: look.ground, shapes };
}
