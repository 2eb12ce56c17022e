import { GraphiQL } from 'graphiql';
import { useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './playground.css';
import { createFetcher } from './fetcher.ts';
import { createMemory, type Session } from './memory.ts';

declare const PLAYGROUND_VERSION: string;
declare const PLAYGROUND_TABS: { query: string; variables: string }[];

const workers: Record<string, string> = { json: 'json.worker.js', graphql: 'graphql.worker.js' };

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) =>
      new Worker(`/graphiql/${workers[label] ?? 'editor.worker.js'}?v=${PLAYGROUND_VERSION}`, { type: 'module' }),
  },
});

const listeners = new Set<() => void>();
const memory = createMemory(() => {
  for (const listener of listeners) listener();
});
const fetcher = createFetcher(memory, location.origin);

function useSession(): Session | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, memory.session);
}

function Who() {
  const session = useSession();
  if (!session) return <p className="who">You are a guest. Run Register or LogIn, and the token is sent from then on.</p>;
  return (
    <p className="who">
      You are <strong>{session.name}</strong>; the token is sent with everything.{' '}
      <button type="button" onClick={memory.forget}>
        Be a guest again
      </button>
    </p>
  );
}

/** GraphiQL forgets the variables of the first of its default tabs; a visitor who was here before has tabs of their own. */
const firstTab = localStorage.getItem('graphiql:tabState') === null ? PLAYGROUND_TABS[0] : undefined;

function Playground() {
  return (
    <GraphiQL
      fetcher={fetcher as never}
      initialQuery={firstTab?.query}
      initialVariables={firstTab?.variables}
      defaultTabs={PLAYGROUND_TABS}
      defaultEditorToolsVisibility="variables"
      shouldPersistHeaders={false}
      isHeadersEditorEnabled
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <a className="marigold" href="/">
          Marigold
        </a>
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <Who />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}

const root = document.getElementById('playground');
if (root) createRoot(root).render(<Playground />);
