import 'graphiql/style.css';
import './styles/palette.css';
import './styles/parts.css';
import './styles/top.css';
import './styles/work.css';
import './styles/plan.css';
import './styles/timeline.css';
import './styles/panel.css';
import './styles/map.css';
import './styles/narrow.css';
import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from '@graphiql/plugin-doc-explorer';
import { HISTORY_PLUGIN, HistoryStore } from '@graphiql/plugin-history';
import { GraphiQLProvider } from '@graphiql/react';
import { GraphiQL, GraphiQLInterface } from 'graphiql';
import { lazy, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { ShopContext } from './hooks.ts';
import { createPlaygroundShop } from './shop.ts';
import { Under } from './under.tsx';
import { Who } from './who.tsx';

declare const PLAYGROUND_TABS: { query: string; variables: string }[];

/** The page names the scripts of the workers, because the build gives them their names. */
const workers = document.getElementById('playground')?.dataset ?? {};

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) => new Worker(workers[`${label}Worker`] ?? workers['editorWorker'] ?? '', { type: 'module' }),
  },
});

const Collection = lazy(() => import('./collection-panel.tsx').then((module) => ({ default: module.CollectionPanel })));
const GraphMap = lazy(() => import('./map-panel.tsx').then((module) => ({ default: module.MapPanel })));

const plugins = [
  {
    title: 'Collection',
    icon: CollectionIcon,
    content: () => (
      <Suspense fallback={null}>
        <Collection />
      </Suspense>
    ),
  },
  {
    title: 'Map of the graph',
    icon: MapIcon,
    content: () => (
      <Suspense fallback={null}>
        <GraphMap />
      </Suspense>
    ),
  },
  HISTORY_PLUGIN,
];

const shop = createPlaygroundShop(location.origin);

type Tabs = { readonly tabs: readonly { readonly id: string }[]; readonly activeTabIndex: number };

function onTabChange({ tabs, activeTabIndex }: Tabs): void {
  shop.shownTab.set(tabs[activeTabIndex]?.id ?? '');
  shop.runs.show(shop.shownTab.get());
  shop.runs.keepOnly(tabs.map(({ id }) => id));
}

/** GraphiQL forgets the variables of the first of its default tabs; a visitor who was here before has tabs of their own. */
const firstTab = localStorage.getItem('graphiql:tabState') === null ? PLAYGROUND_TABS[0] : undefined;

function Playground() {
  return (
    <ShopContext value={shop}>
      <GraphiQLProvider
        fetcher={shop.fetcher as never}
        {...(firstTab && { initialQuery: firstTab.query, initialVariables: firstTab.variables })}
        defaultTabs={PLAYGROUND_TABS}
        shouldPersistHeaders={false}
        inputValueDeprecation
        schemaDescription
        plugins={[DOC_EXPLORER_PLUGIN, ...plugins]}
        referencePlugin={DOC_EXPLORER_PLUGIN}
        onTabChange={onTabChange}
      >
        <HistoryStore>
          <DocExplorerStore>
            <header className="top">
              <h1>
                <a href="/">
                  <img src="/landing/marigold.svg" alt="" width="28" height="28" /> Marigold
                </a>{' '}
                <span>Playground</span>
              </h1>
              <Who />
            </header>
            <main className="work">
              <GraphiQLInterface defaultEditorToolsVisibility="variables" isHeadersEditorEnabled showPersistHeadersSettings={false}>
                <GraphiQL.Logo> </GraphiQL.Logo>
              </GraphiQLInterface>
              <Under />
            </main>
          </DocExplorerStore>
        </HistoryStore>
      </GraphiQLProvider>
    </ShopContext>
  );
}

const root = document.getElementById('playground');
if (root) createRoot(root).render(<Playground />);

/** In the strokes of GraphiQL's own icons; the button around each has its name. */
function CollectionIcon() {
  return (
    <svg viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <rect x="3.5" y="4" width="17" height="4.5" rx="1" />
      <rect x="3.5" y="10.75" width="17" height="4.5" rx="1" />
      <path d="M 4 20 H 14" strokeLinecap="round" />
    </svg>
  );
}

function MapIcon() {
  return (
    <svg viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <circle cx="12" cy="5" r="2.5" />
      <circle cx="5" cy="18" r="2.5" />
      <circle cx="19" cy="18" r="2.5" />
      <path d="M 10.8 7.2 L 6.2 15.8 M 13.2 7.2 L 17.8 15.8 M 7.5 18 H 16.5" />
    </svg>
  );
}
