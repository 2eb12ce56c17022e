import type { Extension } from './graph-map.ts';
import { onPress } from './keys.ts';
import { layOutMap, type MapNode, nodeSize } from './map-layout.ts';
import { subgraphClass } from './subgraph-mark.tsx';

type MapPictureProps = {
  subgraphs: readonly string[];
  extensions: readonly Extension[];
  chosen: string | null;
  onChoose(subgraph: string): void;
};

export function MapPicture({ subgraphs, extensions, chosen, onChoose }: MapPictureProps) {
  const { width, height, nodes, links } = layOutMap(subgraphs, extensions);
  const isFaint = (id: string) => chosen !== null && !id.split('-').includes(chosen);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be drawn in
    <svg className="map-picture" viewBox={`0 0 ${width} ${height}`} role="group" aria-label="The subgraphs, and who extends whom">
      <defs>
        <marker id="map-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M 0 0 L 8 4 L 0 8 z" className="arrow" />
        </marker>
      </defs>
      {links.map(({ id, title, path }) => (
        <path key={id} className={isFaint(id) ? 'link faint' : 'link'} d={path} markerEnd="url(#map-arrow)">
          <title>{title}</title>
        </path>
      ))}
      {nodes.map((node) => (
        <Node key={node.name} node={node} isChosen={node.name === chosen} onChoose={onChoose} />
      ))}
    </svg>
  );
}

function Node({ node: { name, x, y }, isChosen, onChoose }: { node: MapNode; isChosen: boolean; onChoose(subgraph: string): void }) {
  const choose = () => onChoose(name);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing
    <g
      className={`map-node ${subgraphClass(name)}`}
      role="button"
      tabIndex={0}
      aria-pressed={isChosen}
      aria-label={`Only ${name}`}
      onClick={choose}
      onKeyDown={onPress(choose)}
      transform={`translate(${x - nodeSize.width / 2} ${y - nodeSize.height / 2})`}
    >
      <rect width={nodeSize.width} height={nodeSize.height} rx={10} />
      <text x={nodeSize.width / 2} y={20.5} textAnchor="middle">
        {name}
      </text>
    </g>
  );
}
