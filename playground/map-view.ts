import type { Point } from './map-layout.ts';

/** What is seen of a drawing: from which of its points on, and how much enlarged. Points and distances are the drawing's own. */
export type MapView = { readonly left: number; readonly top: number; readonly scale: number };
type Size = { readonly width: number; readonly height: number };

const stepOfKeys = 24;
export const stepOfZoom = 1.25;
const smallest = 0.5;
const largest = 4;

export const beginView: MapView = { left: 0, top: 0, scale: 1 };

/** The drawing is moved by so much. */
export function pan(view: MapView, by: Point): MapView {
  return { ...view, left: view.left - by.x, top: view.top - by.y };
}

/** The drawing is enlarged, and `around` stays where it is. */
export function zoom(view: MapView, factor: number, around: Point): MapView {
  const scale = Math.min(Math.max(view.scale * factor, smallest), largest);
  const share = view.scale / scale;
  return { scale, left: around.x - (around.x - view.left) * share, top: around.y - (around.y - view.top) * share };
}

const keys: Readonly<Record<string, (view: MapView, centre: Point) => MapView>> = {
  ArrowLeft: (view) => pan(view, { x: stepOfKeys / view.scale, y: 0 }),
  ArrowRight: (view) => pan(view, { x: -stepOfKeys / view.scale, y: 0 }),
  ArrowUp: (view) => pan(view, { x: 0, y: stepOfKeys / view.scale }),
  ArrowDown: (view) => pan(view, { x: 0, y: -stepOfKeys / view.scale }),
  '+': (view, centre) => zoom(view, stepOfZoom, centre),
  '=': (view, centre) => zoom(view, stepOfZoom, centre),
  '-': (view, centre) => zoom(view, 1 / stepOfZoom, centre),
  '0': () => beginView,
};

export function movesView(key: string): boolean {
  return keys[key] !== undefined;
}

/** Arrows move the drawing, + and - change its size around its centre, 0 shows all of it. */
export function press(view: MapView, key: string, { width, height }: Size): MapView {
  const { left, top, scale } = view;
  return keys[key]?.(view, { x: left + width / scale / 2, y: top + height / scale / 2 }) ?? view;
}

export function viewBoxOf({ left, top, scale }: MapView, { width, height }: Size): string {
  return [left, top, width / scale, height / scale].map((value) => Math.round(value * 10) / 10).join(' ');
}
