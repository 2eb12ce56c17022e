import type { SupergraphSource, SupergraphState } from '../../supergraph/supergraph-source.ts';
import { json, sendText } from '../answers.ts';
import type { StaticFiles } from '../static-files.ts';
import { readCollection } from './collection.ts';
import { readMap } from './map.ts';

export type PlaygroundDataOptions = {
  /** Null when it is disabled. */
  supergraph: SupergraphSource | null;
  /** With a folder for each client and one operation per file in it. */
  operationsFolder: string;
};

/** What the playground reads besides the graph: who owns what of it, for its map, and the operations of our clients. */
export function createPlaygroundData({ supergraph, operationsFolder }: PlaygroundDataOptions): StaticFiles {
  const texts: Readonly<Record<string, (state: SupergraphState) => string>> = {
    '/playground/map.json': keptText(readMap),
    '/playground/collection.json': keptText((state) => readCollection(operationsFolder, state)),
  };
  return {
    async serve(request, response, { pathname }) {
      const textOf = texts[pathname];
      if (textOf === undefined || supergraph === null) return false;
      await sendText(request, response, { status: 200, type: json, text: textOf(supergraph.current()) });
      return true;
    },
  };
}

/** Read once for each supergraph: any client may request it, and reading would delay all other requests. */
function keptText(read: (state: SupergraphState) => object): (state: SupergraphState) => string {
  const texts = new WeakMap<SupergraphState, string>();
  return (state) => {
    const text = texts.get(state) ?? JSON.stringify(read(state));
    texts.set(state, text);
    return text;
  };
}
