import { useEffect, useRef } from 'react';
import { Button } from '../../design/button.tsx';
import { useMessages } from '../../messages/language.ts';
import styles from './cart.module.css';
import { cartMessages } from './messages.ts';
import type { SaidOfCart } from './use-said.ts';

/** What was taken out, and the way back. The focus comes here: what had it is gone. */
export function Said({ said, busy, onPutBack }: { said: SaidOfCart | null; busy: boolean; onPutBack(): void }) {
  const w = useMessages(cartMessages);
  const place = useRef<HTMLDivElement>(null);
  const productId = said?.kind === 'removed' ? said.productId : null;
  useEffect(() => {
    if (productId !== null) place.current?.querySelector('button')?.focus({ preventScroll: true });
  }, [productId]);
  return (
    <div ref={place} role="status">
      {said && (
        <p className={styles['said']}>
          <span>{said.kind === 'cleared' ? w.cleared : w.removed(said.name)}</span>
          {said.kind === 'removed' && (
            <Button look="text" busy={busy} onClick={onPutBack}>
              {w.undo}
            </Button>
          )}
          {said.kind === 'removed' && said.failed && <span className={styles['grave']}>{w.troubles[said.failed]}</span>}
        </p>
      )}
    </div>
  );
}
