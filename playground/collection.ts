/** A registered operation, ready to be tried. */
export type CollectionEntry = {
  /** The folder of schema/operations/ that it is in. */
  readonly client: string;
  /** What of the shop it is about. */
  readonly theme: string;
  readonly name: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Its leading comment. */
  readonly comment: string;
  readonly query: string;
  /** JSON to try it with; empty when it takes nothing. */
  readonly variables: string;
};

export type CollectionGroup = {
  readonly client: string;
  readonly themes: readonly { readonly theme: string; readonly entries: readonly CollectionEntry[] }[];
};

/** In the order in which a reader wants them: the playground's own first, then what people use, then what tools do. */
const clients = ['playground', 'storefront', 'admin'];
const themes = ['Catalogue', 'Cart', 'Orders', 'Payment', 'Account'];

/** By client, and within it by theme. The words of `search` must all be found in an entry's name, comment, theme or client. */
export function groupCollection(entries: readonly CollectionEntry[], search: string): CollectionGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.filter((entry) => {
    const text = `${entry.name} ${entry.comment} ${entry.theme} ${entry.client} ${entry.kind}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return sorted(found, ({ client }) => client, clients).map(([client, ofClient]) => ({
    client,
    themes: sorted(ofClient, ({ theme }) => theme, themes).map(([theme, ofTheme]) => ({ theme, entries: ofTheme })),
  }));
}

function sorted<T>(items: readonly T[], keyOf: (item: T) => string, order: readonly string[]): [string, T[]][] {
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const groups = Map.groupBy(items, keyOf);
  return [...groups].toSorted(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Of our own gateway, so a name and a text say that it is one. */
export function isEntry(value: unknown): value is CollectionEntry {
  return value !== null && typeof value === 'object' && 'name' in value && 'query' in value && typeof value.query === 'string';
}
