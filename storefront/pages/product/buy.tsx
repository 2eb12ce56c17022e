import { useRef, useState } from 'react';
import { Link } from 'wouter';
import type { ProductQuery } from '../../../schema/operations/storefront.types.ts';
import { Button } from '../../design/button.tsx';
import { QuantityField } from '../../design/quantity-field.tsx';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { leftOf } from '../cart/line-notices.ts';
import type { Put } from '../cart/put.ts';
import { usePutter } from '../cart/use-putter.ts';
import { useWholeCart } from '../cart/use-whole-cart.ts';
import { productMessages } from './messages.ts';
import styles from './product.module.css';

type Product = NonNullable<ProductQuery['product']>;

/** How many, the button, and what became of it. */
export function Buy({ product }: { product: Product }) {
  const w = useMessages(productMessages);
  const { onlyLeft } = useMessages(commonMessages);
  const formats = useFormats();
  const putter = usePutter();
  const { cart } = useWholeCart();
  const [quantity, setQuantity] = useState(1);
  const [typed, setTyped] = useState<number | null>(1);
  const row = useRef<HTMLDivElement>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Put | null>(null);
  const line = cart?.lines.find(({ productId }) => productId === product.id);
  const inCart = line?.quantity ?? 0;
  const left = line ? leftOf(line) : null;
  const isSoldOut = product.availability === 'OUT_OF_STOCK';

  const add = async () => {
    // the message stands at the field
    if (typed === null) return row.current?.querySelector('input')?.focus();
    setBusy(true);
    const answer = await putter.put(product.id, typed, inCart);
    setDone(answer);
    setBusy(false);
    if (!answer.ok) return;
    setQuantity(1);
    setTyped(1);
  };

  return (
    <div className={styles['buy']}>
      {product.archived ? (
        <p className={styles['sold-out']}>{w.archived}</p>
      ) : isSoldOut ? (
        <p className={styles['sold-out']}>{w.soldOut}</p>
      ) : (
        <div ref={row} className={styles['row']}>
          <QuantityField label={w.quantity} value={quantity} onChange={setQuantity} onType={setTyped} />
          <Button className={styles['add'] ?? ''} busy={busy} onClick={() => void add()}>
            {w.add}
          </Button>
        </div>
      )}
      {done && !done.ok && (
        <p role="alert" className={styles['failure']}>
          {w.failures[done.why]}
        </p>
      )}
      <div role="status" className={styles['in-cart']}>
        {inCart > 0 && (
          <p className={done?.ok ? styles['added'] : styles['already']}>
            <span>
              {done?.ok && <strong>{w.added}</strong>} {w.inCart(formats.number(inCart))}
            </span>
            <Link href="/cart">{w.toCart}</Link>
          </p>
        )}
        {left !== null && <p className={styles['failure']}>{formats.count(left, onlyLeft)}</p>}
      </div>
    </div>
  );
}
