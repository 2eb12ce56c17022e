/**
 * Orders that a subscription reported and the list does not contain: they were placed meanwhile, perhaps in another tab. The list is fetched again
 * once for each of them.
 */
export function unknownOrders(updated: ReadonlySet<string>, listed: readonly string[], askedFor: ReadonlySet<string>): string[] {
  const known = new Set(listed);
  return [...updated].filter((id) => !known.has(id) && !askedFor.has(id));
}
