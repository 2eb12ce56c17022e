import { useState } from 'react';
import type { Trouble } from './use-pending-quantities.ts';
import { usePutter } from './use-putter.ts';

/** The result of the last action, as shown above the cart. */
export type SaidOfCart =
  | { readonly kind: 'cleared' }
  | { readonly kind: 'removed'; readonly productId: string; readonly name: string; readonly quantity: number; readonly failed?: Trouble };

export function useSaid() {
  const put = usePutter();
  const [said, say] = useState<SaidOfCart | null>(null);
  const [busy, setBusy] = useState(false);
  const putBack = async () => {
    if (said?.kind !== 'removed') return;
    setBusy(true);
    const done = await put(said.productId, said.quantity, 0);
    setBusy(false);
    say(done.ok ? null : { ...said, failed: done.why === 'unknown' ? 'failed' : done.why });
  };
  return { said, say, putBack, busy };
}
