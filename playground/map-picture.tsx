import { useMemo } from 'react';
import type { Extension } from './graph-map.ts';
import { onPress } from './keys.ts';
import { layOutMap, type MapLink, type MapNode, nodeSize } from './map-layout.ts';
import { subgraphClass } from './subgraph-mark.tsx';
import { useMapView } from './use-map-view.tsx';

type MapPictureProps = {
  subgraphs: readonly string[];
  extensions: readonly Extension[];
  chosen: string | null;
  onChoose(subgraph: string): void;
};

export function MapPicture({ subgraphs, extensions, chosen, onChoose }: MapPictureProps) {
  const { width, height, nodes, links } = useMemo(() => layOutMap(subgraphs, extensions), [subgraphs, extensions]);
  const { drawing, hasDragged, press } = useMapView({ width, height });
  const isFaint = (one: MapLink) => chosen !== null && one.from !== chosen && one.to !== chosen;
  return (
    <div className="map">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be drawn in */}
      <svg
        {...drawing}
        className="map-picture"
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by the arrow keys
        tabIndex={0}
        aria-label="The subgraphs, and who extends whom; arrow keys move it, plus and minus change its size"
      >
        <defs>
          <marker id="map-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M 0 0 L 8 4 L 0 8 z" className="arrow" />
          </marker>
        </defs>
        {links.map((link) => (
          <path key={link.id} className={isFaint(link) ? 'link faint' : 'link'} d={link.path} markerEnd="url(#map-arrow)">
            <title>{link.title}</title>
          </path>
        ))}
        {nodes.map((node) => (
          <Node key={node.name} node={node} isChosen={node.name === chosen} onChoose={(name) => hasDragged() || onChoose(name)} />
        ))}
      </svg>
      <div className="map-tools">
        <button type="button" aria-label="Larger" onClick={() => press('+')}>
          +
        </button>
        <button type="button" aria-label="Smaller" onClick={() => press('-')}>
          −
        </button>
        <button type="button" onClick={() => press('0')}>
          Whole map
        </button>
      </div>
    </div>
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
