import { useState } from 'react';
import { usePutter } from './use-putter.ts';

/** What was done last, as it is told above the cart. */
export type SaidOfCart =
  | { readonly kind: 'cleared' }
  | { readonly kind: 'removed'; readonly productId: string; readonly name: string; readonly quantity: number; readonly failed?: boolean };

export function useSaid() {
  const put = usePutter();
  const [said, say] = useState<SaidOfCart | null>(null);
  const [busy, setBusy] = useState(false);
  const putBack = async () => {
    if (said?.kind !== 'removed') return;
    setBusy(true);
    const done = await put(said.productId, said.quantity, 0);
    setBusy(false);
    say(done.ok ? null : { ...said, failed: true });
  };
  return { said, say, putBack, busy };
}
