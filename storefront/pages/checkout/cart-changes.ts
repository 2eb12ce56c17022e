type Money<Currency extends string> = { readonly amount: number; readonly currency: Currency };

type Line<Currency extends string> = {
  readonly productId: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: Money<Currency>;
};

export type ShownCart<Currency extends string> = { readonly lines: readonly Line<Currency>[]; readonly total: Money<Currency> };

/** What is another in a cart than it was shown; a line may be another in several ways. */
export type CartChange<Currency extends string> =
  | { readonly kind: 'added'; readonly name: string; readonly quantity: number; readonly price: Money<Currency> }
  | { readonly kind: 'removed'; readonly name: string }
  | { readonly kind: 'renamed'; readonly name: string; readonly before: string }
  | { readonly kind: 'price'; readonly name: string; readonly before: Money<Currency>; readonly now: Money<Currency> }
  | { readonly kind: 'quantity'; readonly name: string; readonly before: number; readonly now: number }
  | { readonly kind: 'total'; readonly before: Money<Currency>; readonly now: Money<Currency> };

/** What changed between the cart that was shown and the cart of now, line by line in the order of the cart, and the total at the end. */
export function cartChanges<Currency extends string>(shown: ShownCart<Currency>, now: ShownCart<Currency>): CartChange<Currency>[] {
  const before = new Map(shown.lines.map((line) => [line.productId, line]));
  const after = new Set(now.lines.map((line) => line.productId));
  const kept = now.lines.flatMap((line) => changesOf(before.get(line.productId), line));
  const removed = shown.lines.filter((line) => !after.has(line.productId)).map(({ name }) => ({ kind: 'removed', name }) as const);
  const isOtherTotal = shown.total.amount !== now.total.amount;
  return [...kept, ...removed, ...(isOtherTotal ? [{ kind: 'total', before: shown.total, now: now.total } as const] : [])];
}

function changesOf<Currency extends string>(before: Line<Currency> | undefined, now: Line<Currency>): CartChange<Currency>[] {
  const { name, quantity, unitPrice } = now;
  if (before === undefined) return [{ kind: 'added', name, quantity, price: unitPrice }];
  const changes: CartChange<Currency>[] = [];
  if (before.name !== name) changes.push({ kind: 'renamed', name, before: before.name });
  if (before.unitPrice.amount !== unitPrice.amount) changes.push({ kind: 'price', name, before: before.unitPrice, now: unitPrice });
  if (before.quantity !== quantity) changes.push({ kind: 'quantity', name, before: before.quantity, now: quantity });
  return changes;
}
