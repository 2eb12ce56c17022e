import { json, sendText } from './answers.ts';
import { readCollection } from './playground-collection.ts';
import type { StaticFiles } from './static-files.ts';
import type { SupergraphSource, SupergraphState } from './subscription-port.ts';

export type PlaygroundDataOptions = {
  /** Null when nobody may see it. */
  supergraph: SupergraphSource | null;
  /** With a folder for each client and one operation per file in it. */
  operationsFolder: string;
};

/** What the playground reads besides the graph: the supergraph, for its map, and the operations of our clients. */
export function createPlaygroundData({ supergraph, operationsFolder }: PlaygroundDataOptions): StaticFiles {
  const collectionText = keptCollection(operationsFolder);
  return {
    async serve(request, response, { pathname }) {
      if (pathname === '/graphql/supergraph' && supergraph !== null) {
        const { sdl } = supergraph.current();
        await sendText(request, response, { status: 200, type: 'text/plain; charset=utf-8', text: sdl });
      } else if (pathname === '/playground/collection.json' && supergraph !== null) {
        await sendText(request, response, { status: 200, type: json, text: collectionText(supergraph.current()) });
      } else return false;
      return true;
    },
  };
}

/** Read once for each supergraph: anybody may ask for it, and reading keeps everybody else waiting. */
function keptCollection(folder: string): (state: SupergraphState) => string {
  const texts = new WeakMap<SupergraphState, string>();
  return (state) => {
    const text = texts.get(state) ?? JSON.stringify(readCollection(folder, state));
    texts.set(state, text);
    return text;
  };
}
