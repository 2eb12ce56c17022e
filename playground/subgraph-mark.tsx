const known = ['product', 'cart', 'order', 'user', 'payment', 'events', 'mail', 'operations'];

/** The class that gives a subgraph its colour; those that are new share what is left. */
export function subgraphClass(name: string): string {
  const index = known.indexOf(name);
  return `subgraph-${index === -1 ? known.length : index}`;
}

export function SubgraphMark({ name }: { name: string }) {
  return (
    <span className={`subgraph ${subgraphClass(name)}`}>
      <span className="dot" aria-hidden="true" />
      {name}
    </span>
  );
}
