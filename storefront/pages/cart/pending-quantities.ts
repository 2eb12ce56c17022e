/** The wanted quantity of each product until the graph has confirmed it; 0 removes the product. */
export type PendingQuantities = Readonly<Record<string, number>>;

type Money = { readonly amount: number; readonly currency: 'EUR' };
type Line = { readonly productId: string; readonly quantity: number; readonly unitPrice: Money; readonly lineTotal: Money };
type Cart<L extends Line> = { readonly lines: readonly L[]; readonly itemCount: number; readonly total: Money };

/** The cart as it will be when every quantity is fulfilled: shown at once, corrected by the answer. */
export function asChosen<L extends Line, C extends Cart<L>>(cart: C & { readonly lines: readonly L[] }, pending: PendingQuantities): C {
  const lines = cart.lines
    .map((line): L => {
      const quantity = pending[line.productId] ?? line.quantity;
      if (quantity === line.quantity) return line;
      return { ...line, quantity, lineTotal: { ...line.lineTotal, amount: line.unitPrice.amount * quantity } };
    })
    .filter(({ quantity }) => quantity > 0);
  const sum = (numberOf: (line: L) => number) => lines.reduce((all, line) => all + numberOf(line), 0);
  return {
    ...cart,
    lines,
    itemCount: sum((line) => line.quantity),
    total: { ...cart.total, amount: sum((line) => line.lineTotal.amount) },
  };
}

/** After an answer: the quantity is gone, unless there has been another one since it was sent. */
export function settled(pending: PendingQuantities, productId: string, sent: number): PendingQuantities {
  if (pending[productId] !== sent) return pending;
  return without(pending, productId);
}

export function without(pending: PendingQuantities, productId: string): PendingQuantities {
  return Object.fromEntries(Object.entries(pending).filter(([id]) => id !== productId));
}

/** The quantity to send next; null when there is none. */
export function nextPending(pending: PendingQuantities): { productId: string; quantity: number } | null {
  const [first] = Object.entries(pending);
  return first ? { productId: first[0], quantity: first[1] } : null;
}
