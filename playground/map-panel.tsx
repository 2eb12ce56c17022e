import { useMemo, useState } from 'react';
import { bareType, extensionsOf, filterMap, type GraphMap, type MapField, type MapFilter, type MapType } from './graph-map.ts';
import { useLoaded, useShop } from './hooks.ts';
import { MapPicture } from './map-picture.tsx';
import { SubgraphMark, subgraphClass } from './subgraph-mark.tsx';

type Choose = (change: Partial<MapFilter>) => void;

/** Which subgraph owns what of the graph. */
export function MapPanel() {
  const shop = useShop();
  const map = useLoaded(shop.readMap);
  return (
    <section className="panel" aria-labelledby="map-title">
      <h2 id="map-title">Map of the graph</h2>
      {map.state === 'loading' && <p role="status">Loading …</p>}
      {map.state === 'failed' && <p role="status">This gateway does not show who owns what.</p>}
      {map.state === 'ready' && <MapOf map={map.value} />}
    </section>
  );
}

function MapOf({ map }: { map: GraphMap }) {
  const [filter, setFilter] = useState<MapFilter>({ text: '', subgraph: null, type: null });
  const choose: Choose = (change) => setFilter({ ...filter, ...change });
  const found = filterMap(map, filter);
  const extensions = useMemo(() => extensionsOf(map), [map]);
  const names = new Set(map.types.map(({ name }) => name));
  return (
    <>
      <p className="panel-lead">
        {map.subgraphs.length} subgraphs, {map.types.length} types. A line leads from who adds fields to whose entities they are.
      </p>
      <MapPicture
        subgraphs={map.subgraphs}
        extensions={extensions}
        chosen={filter.subgraph}
        onChoose={(subgraph) => choose({ subgraph: subgraph === filter.subgraph ? null : subgraph })}
      />
      <ul className="extensions">
        {extensions.map(({ from, to, types }) => (
          <li key={`${from} ${to}`}>
            <SubgraphMark name={from} /> adds to {types.join(', ')} of <SubgraphMark name={to} />
          </li>
        ))}
      </ul>
      <label className="search">
        <span>Search types and fields</span>
        <input
          type="search"
          value={filter.text}
          placeholder="Order, stock, payment …"
          onChange={(event) => choose({ text: event.target.value })}
        />
      </label>
      <div className="filters">
        <p role="status">
          {found.length} {found.length === 1 ? 'type' : 'types'}
          {filter.subgraph !== null && ` of ${filter.subgraph}`}
          {filter.type !== null && ` around ${filter.type}`}
        </p>
        {(filter.subgraph !== null || filter.type !== null || filter.text !== '') && (
          <button type="button" onClick={() => setFilter({ text: '', subgraph: null, type: null })}>
            Show all
          </button>
        )}
      </div>
      {found.map((type) => (
        <TypeCard key={type.name} type={type} names={names} choose={choose} />
      ))}
    </>
  );
}

function TypeCard({ type, names, choose }: { type: MapType; names: ReadonlySet<string>; choose: Choose }) {
  const [home = ''] = type.owners;
  return (
    <article className={`type ${subgraphClass(home)}`} aria-label={type.name}>
      <h3>
        <button type="button" className="type-name" onClick={() => choose({ type: type.name, text: '' })}>
          {type.name}
        </button>{' '}
        <span className="type-kind">{type.keys.length > 0 ? 'entity' : type.kind}</span>
      </h3>
      <p className="type-owners">
        {type.owners.map((owner) => (
          <SubgraphMark key={owner} name={owner} />
        ))}
        {type.keys.length > 0 && <span className="type-key">key: {type.keys.join(' · ')}</span>}
      </p>
      {type.extendedBy.length > 0 && <p className="type-extended">Extended by {type.extendedBy.join(', ')}.</p>}
      <ul className="fields">
        {type.fields.map((field) => (
          <Field key={field.name} field={field} isTold={field.owners.length < type.owners.length} names={names} choose={choose} />
        ))}
      </ul>
    </article>
  );
}

function Field({ field, isTold, names, choose }: { field: MapField; isTold: boolean; names: ReadonlySet<string>; choose: Choose }) {
  const target = field.type === '' ? field.name : bareType(field.type);
  const leads = names.has(target);
  return (
    <li>
      {field.type !== '' && <span className="field-name">{field.name}</span>}
      {leads ? (
        <button type="button" className="field-type" onClick={() => choose({ type: target, text: '' })}>
          {field.type || field.name}
        </button>
      ) : (
        <span className="field-type">{field.type || field.name}</span>
      )}
      {isTold && (
        <span className="field-owners">
          {field.owners.map((owner) => (
            <SubgraphMark key={owner} name={owner} />
          ))}
        </span>
      )}
    </li>
  );
}
