import { useState } from 'react';
import { type CollectionEntry, groupCollection } from './collection.ts';
import { useOpenTab } from './editor.tsx';
import { useLoaded, useShop } from './hooks.ts';

/** Every operation of our own clients, to be read and tried. */
export function CollectionPanel() {
  const shop = useShop();
  const entries = useLoaded(shop.readCollection);
  const [search, setSearch] = useState('');
  return (
    <section className="panel" aria-labelledby="collection-title">
      <h2 id="collection-title">Collection</h2>
      <p className="panel-lead">What the clients of this shop send. An operation opens in a tab, with variables to try it with.</p>
      <label className="search">
        <span>Search operations</span>
        <input type="search" value={search} placeholder="orders, refund, live …" onChange={(event) => setSearch(event.target.value)} />
      </label>
      {entries.state === 'loading' && <p role="status">Loading …</p>}
      {entries.state === 'failed' && <p role="status">This gateway does not show its operations.</p>}
      {entries.state === 'ready' && <Groups entries={entries.value} search={search} />}
    </section>
  );
}

function Groups({ entries, search }: { entries: readonly CollectionEntry[]; search: string }) {
  const groups = groupCollection(entries, search);
  if (groups.length === 0) return <p role="status">No operation has all of these words.</p>;
  return groups.map(({ client, themes }, index) => (
    <details key={client} className="client" open={index === 0 || search !== ''}>
      <summary>
        {client} <span className="count">{themes.reduce((sum, theme) => sum + theme.entries.length, 0)}</span>
      </summary>
      {themes.map((theme) => (
        <section key={theme.theme} aria-label={`${client}: ${theme.theme}`}>
          <h3>{theme.theme}</h3>
          <ul className="entries">
            {theme.entries.map((entry) => (
              <Entry key={entry.name} entry={entry} />
            ))}
          </ul>
        </section>
      ))}
    </details>
  ));
}

function Entry({ entry }: { entry: CollectionEntry }) {
  const openTab = useOpenTab();
  return (
    <li>
      <button type="button" onClick={() => openTab(entry)}>
        <span className="entry-name">{entry.name}</span> <span className={`entry-kind ${entry.kind}`}>{entry.kind}</span>
        <span className="entry-comment">{entry.comment}</span>
      </button>
    </li>
  );
}
