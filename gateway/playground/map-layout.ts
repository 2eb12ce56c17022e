import type { Extension } from './graph-map.ts';

export type MapNode = { readonly name: string; readonly x: number; readonly y: number };
export type MapLink = { readonly id: string; readonly title: string; readonly path: string };
export type MapLayout = {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly MapNode[];
  readonly links: readonly MapLink[];
};

export const nodeSize = { width: 88, height: 32 } as const;
const width = 360;
const height = 270;
const round = (value: number) => Math.round(value * 10) / 10;

/** The subgraphs around an oval; the lines between them bend towards its middle, so that both directions can be told apart. */
export function layOutMap(subgraphs: readonly string[], extensions: readonly Extension[]): MapLayout {
  const nodes = subgraphs.map((name, index) => {
    const angle = (index / subgraphs.length) * 2 * Math.PI - Math.PI / 2;
    return { name, x: round(width / 2 + Math.cos(angle) * (width / 2 - 52)), y: round(height / 2 + Math.sin(angle) * (height / 2 - 28)) };
  });
  const at = (name: string) => nodes.find((node) => node.name === name);
  const links = extensions.flatMap(({ from, to, types }) => {
    const start = at(from);
    const end = at(to);
    if (start === undefined || end === undefined || start === end) return [];
    return [{ id: `${from}-${to}`, title: `${from} adds to ${types.join(', ')} of ${to}`, path: bend(start, end) }];
  });
  return { width, height, nodes, links };
}

/** Ends at the edge of the node, so that the arrow is seen. */
function bend(from: MapNode, to: MapNode): string {
  const aside = 0.3;
  const middle = { x: (from.x + to.x) / 2 + (to.y - from.y) * aside, y: (from.y + to.y) / 2 - (to.x - from.x) * aside };
  const back = { x: middle.x - to.x, y: middle.y - to.y };
  const share = Math.min((nodeSize.width / 2 + 3) / Math.abs(back.x), (nodeSize.height / 2 + 3) / Math.abs(back.y), 1);
  const end = { x: round(to.x + back.x * share), y: round(to.y + back.y * share) };
  return `M ${from.x} ${from.y} Q ${round(middle.x)} ${round(middle.y)} ${end.x} ${end.y}`;
}
