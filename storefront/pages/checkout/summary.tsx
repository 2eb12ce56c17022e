import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { CheckoutQuery } from '../../../schema/operations/storefront.types.ts';
import { Picture } from '../../design/picture.tsx';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { leftOf, noticesOf } from '../cart/line-notices.ts';
import styles from './checkout.module.css';
import { checkoutMessages } from './messages.ts';

type Cart = NonNullable<CheckoutQuery['cart']>;

/** What is bought and what it costs, with what there is to know before, and the button below. */
export function Summary({ cart, children }: { cart: Cart; children: ReactNode }) {
  const w = useMessages(checkoutMessages);
  const formats = useFormats();
  return (
    <section className={styles['summary']} aria-labelledby="summary">
      <header className={styles['head']}>
        <h2 id="summary">{w.summary}</h2>
        <Link href="/cart">{w.toCart}</Link>
      </header>
      <ul className={styles['lines']}>
        {cart.lines.map((line) => (
          <Line key={line.productId} line={line} />
        ))}
      </ul>
      <p className={styles['total']}>
        <span>
          {w.total} <span className="quiet small">({formats.count(cart.itemCount, w.pieces)})</span>
        </span>
        <strong className="figures">{formats.money(cart.total)}</strong>
      </p>
      {children}
    </section>
  );
}

function Line({ line }: { line: Cart['lines'][number] }) {
  const w = useMessages(checkoutMessages);
  const { onlyLeft } = useMessages(commonMessages);
  const formats = useFormats();
  const left = leftOf(line);
  return (
    <li className={styles['line']}>
      {/* the name stands beside it */}
      <Picture image={line.product?.images[0] && { ...line.product.images[0], alt: '' }} size={64} />
      <div className={styles['what']}>
        <span className={styles['name']}>{line.name}</span>
        <span className="quiet small figures">
          {formats.number(line.quantity)} × {formats.money(line.unitPrice)}
        </span>
        {/* what stands in the way of buying first */}
        {left !== null && <span className={styles['notice']}>{formats.count(left, onlyLeft)}</span>}
        {noticesOf(line).map((notice) => (
          <span key={notice} className={`${styles['notice']} ${notice === 'LOW_STOCK' ? styles['mild'] : ''}`}>
            {w.notices[notice]}
          </span>
        ))}
      </div>
      <span className="figures">{formats.money(line.lineTotal)}</span>
    </li>
  );
}
