/**
 * Orders that a subscription updated of and the list does not know: they were placed meanwhile, in another tab perhaps. The list is read anew
 * once for each of them.
 */
export function unknownOrders(updated: ReadonlySet<string>, listed: readonly string[], askedFor: ReadonlySet<string>): string[] {
  const known = new Set(listed);
  return [...updated].filter((id) => !known.has(id) && !askedFor.has(id));
}
