import { readCheckout } from '../files.ts';
import { compose, parseSubgraphs, supergraphFile } from '../graph.ts';

/** Replacements in the files of the graph: `[file, what stands there, what is to stand there]`; an empty first text is a new file. */
export type Edit = readonly [file: string, from: string, to: string];

export const sdlOf = {
  order: 'subgraphs/order/schema.graphql',
  product: 'subgraphs/product/schema.graphql',
  cart: 'subgraphs/cart/schema.graphql',
  user: 'subgraphs/user/schema.graphql',
  payment: 'subgraphs/payment/schema.graphql',
  events: 'schema/events.graphql',
};

// whose operations rarely change: a new page must not change what the tests of the check expect
const clients = ['demo', 'playground', 'tools'];
const isOfOtherClient = (file: string) =>
  file.startsWith('schema/operations/') && !clients.some((client) => file.startsWith(`schema/operations/${client}/`));

const real = new Map([...readCheckout()].filter(([file]) => !isOfOtherClient(file)));

/** A copy of the real graph with these edits, and the supergraph that comes of them. @throws Error when an edit finds nothing. */
export function changedGraph(edits: readonly Edit[]): Map<string, string> {
  const changed = editedGraph(edits);
  try {
    if (edits.length > 0) changed.set(supergraphFile, compose(parseSubgraphs(changed)));
  } catch {
    // a test of what does not compose
  }
  return changed;
}

/** The same with the supergraph that was committed, which takes no time. */
export function editedGraph(edits: readonly Edit[]): Map<string, string> {
  const changed = new Map(real);
  for (const [file, from, to] of edits) {
    const text = changed.get(file) ?? '';
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
    changed.set(file, from === '' ? to : text.replace(from, to));
  }
  return changed;
}
