type Work = () => void;
/** What runs the statements of one transaction. */
type Sql = object;

const waiting = new WeakMap<Sql, Work[]>();

/**
 * Does what nobody may hear of before a transaction has committed, as counting what it did: after its commit, never when it is rolled back. At once
 * where `sql` is of no transaction of ours.
 */
export function afterCommit(sql: Sql, work: Work): void {
  const works = waiting.get(sql);
  if (works === undefined) work();
  else works.push(work);
}

/** For what begins a transaction: from now on work waits for `committed`. */
export function beginWaiting(sql: Sql): void {
  waiting.set(sql, []);
}

export function committed(sql: Sql): void {
  for (const work of waiting.get(sql) ?? []) work();
}
