import { useEffect, useRef, useState } from 'react';
import { Button } from '../../design/button.tsx';
import { useMessages } from '../../messages/language.ts';
import styles from './cart.module.css';
import { cartMessages } from './messages.ts';
import type { Trouble } from './use-pending-quantities.ts';
import { usePutter } from './use-putter.ts';

/** The result of the last action, as shown above the cart. */
export type CartNoticeState =
  | { readonly kind: 'cleared' }
  | { readonly kind: 'removed'; readonly productId: string; readonly name: string; readonly quantity: number; readonly failed?: Trouble };

export function useCartNotice() {
  const putter = usePutter();
  const [notice, showNotice] = useState<CartNoticeState | null>(null);
  const [busy, setBusy] = useState(false);
  const putBack = async () => {
    if (notice?.kind !== 'removed') return;
    setBusy(true);
    const done = await putter.put(notice.productId, notice.quantity, 0);
    setBusy(false);
    showNotice(done.ok ? null : { ...notice, failed: done.why === 'unknown' ? 'failed' : done.why });
  };
  return { notice, showNotice, putBack, busy };
}

/** What was taken out, and the way back. The focus comes here: what had it is gone. */
export function CartNotice({ notice, busy, onPutBack }: { notice: CartNoticeState | null; busy: boolean; onPutBack(): void }) {
  const w = useMessages(cartMessages);
  const place = useRef<HTMLDivElement>(null);
  const productId = notice?.kind === 'removed' ? notice.productId : null;
  useEffect(() => {
    if (productId !== null) place.current?.querySelector('button')?.focus({ preventScroll: true });
  }, [productId]);
  return (
    <div ref={place} role="status">
      {notice && (
        <p className={styles['notice']}>
          <span>{notice.kind === 'cleared' ? w.cleared : w.removed(notice.name)}</span>
          {notice.kind === 'removed' && (
            <Button look="text" busy={busy} onClick={onPutBack}>
              {w.undo}
            </Button>
          )}
          {notice.kind === 'removed' && notice.failed && <span className={styles['grave']}>{w.troubles[notice.failed]}</span>}
        </p>
      )}
    </div>
  );
}
