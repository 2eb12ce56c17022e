import { Graph, layout } from '@dagrejs/dagre';
import type { Extension } from './graph-map.ts';

export type Point = { readonly x: number; readonly y: number };
export type MapNode = Point & { readonly name: string };
export type MapLink = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly title: string;
  /** From the edge of one box to that of the other, around those between them. */
  readonly points: readonly Point[];
  readonly path: string;
};
export type MapLayout = {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly MapNode[];
  readonly links: readonly MapLink[];
};

export const nodeSize = { width: 88, height: 32 } as const;
/** Around all that is drawn. */
const margin = 6;
const round = (value: number) => Math.round(value * 10) / 10;

/**
 * The subgraphs in layers, from who adds fields to whose entities they are, laid out by dagre: a line that passes a layer has a place of its
 * own there, so that none runs behind a box that it has nothing to do with.
 */
export function layOutMap(subgraphs: readonly string[], extensions: readonly Extension[]): MapLayout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 16, edgesep: 16, ranksep: 56, marginx: margin, marginy: margin });
  for (const name of subgraphs) graph.setNode(name, { ...nodeSize });
  const shown = extensions.filter(({ from, to }) => from !== to && graph.hasNode(from) && graph.hasNode(to));
  for (const { from, to } of shown) graph.setEdge(from, to, {});
  layout(graph);
  const nodes = subgraphs.map((name) => {
    const { x = 0, y = 0 } = graph.node(name);
    return { name, x: round(x), y: round(y) };
  });
  const layers = new Set(nodes.map(({ x }) => x));
  const placeOf = (name: string): Point => nodes.find((node) => node.name === name) ?? { x: 0, y: 0 };
  const links = shown.map(({ from, to, types }) => {
    const between = ((graph.edge(from, to)?.points ?? []) as Point[]).slice(1, -1).map(({ x, y }) => ({ x: round(x), y: round(y) }));
    const points = route(placeOf(from), between, placeOf(to), layers);
    return { id: `${from} ${to}`, from, to, title: `${from} adds to ${types.join(', ')} of ${to}`, points };
  });
  return inPicture(nodes, links);
}

type Placed = Omit<MapLayout['links'][number], 'path'>;

/** dagre's size counts boxes, and not the lines beside them: the picture holds both, from 0, 0. */
function inPicture(nodes: MapLayout['nodes'], links: readonly Placed[]): MapLayout {
  const { width, height } = nodeSize;
  const corners = nodes.flatMap(({ x, y }) => [
    { x: x - width / 2, y: y - height / 2 },
    { x: x + width / 2, y: y + height / 2 },
  ]);
  const all = [...corners, ...links.flatMap(({ points }) => points)];
  const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)];
  const [left, top] = [Math.min(margin, ...xs) - margin, Math.min(margin, ...ys) - margin];
  const moved = <P extends Point>(point: P): P => ({ ...point, x: round(point.x - left), y: round(point.y - top) });
  return {
    width: round(Math.max(0, ...xs) - left + margin),
    height: round(Math.max(0, ...ys) - top + margin),
    nodes: nodes.map(moved),
    links: links.map((link) => {
      const points = link.points.map(moved);
      return { ...link, points, path: points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'} ${x} ${y}`).join(' ') };
    }),
  };
}

/** Boxes are left and entered at their sides, and layers crossed straight ahead, so that lines change their height only where no box is. */
function route(from: Point, between: readonly Point[], to: Point, layers: ReadonlySet<number>): Point[] {
  const aside = (Math.sign(to.x - from.x) * nodeSize.width) / 2;
  const crossed = between.flatMap(({ x, y }) =>
    layers.has(x)
      ? [
          { x: round(x - aside), y },
          { x: round(x + aside), y },
        ]
      : [{ x, y }],
  );
  return [{ x: round(from.x + aside), y: from.y }, ...crossed, { x: round(to.x - aside), y: to.y }];
}
