/**
 * Orders that a subscription told of and the list does not know: they were placed meanwhile, in another tab perhaps. The list is read anew
 * once for each of them.
 */
export function unknownOrders(told: ReadonlySet<string>, listed: readonly string[], askedFor: ReadonlySet<string>): string[] {
  const known = new Set(listed);
  return [...told].filter((id) => !known.has(id) && !askedFor.has(id));
}
