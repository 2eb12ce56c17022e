import { Link } from 'wouter';
import { Picture } from '../../design/picture.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { AddressLines } from '../../forms/address-lines.tsx';
import { useCardName } from '../../messages/cards.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { orderMessages } from './messages.ts';
import styles from './order.module.css';
import type { LiveOrder } from './timeline.ts';

/** What was bought, for how much, with which card, and where it goes. */
export function Contents({ order }: { order: LiveOrder }) {
  const w = useMessages(orderMessages);
  const formats = useFormats();
  const cardName = useCardName();
  const { payment } = order;
  return (
    <aside className={styles['contents']} aria-labelledby="contents">
      <h2 id="contents">{w.contents}</h2>
      <ul>
        {order.lines.map((line) => (
          <li key={line.productId} className={styles['bought']}>
            <span className={styles['thumb']} aria-hidden="true">
              <Picture image={line.product?.images[0]} size={64} />
            </span>
            <span className={styles['name']}>
              <span className="quiet figures">{w.pieces(formats.number(line.quantity))}</span>{' '}
              {line.product ? <Link href={`/products/${line.product.id}/${line.product.slug}`}>{line.name}</Link> : line.name}
            </span>
            <span className="figures">{formats.money(line.lineTotal)}</span>
          </li>
        ))}
      </ul>
      <p className={styles['total']}>
        <span>{w.total}</span>
        <strong className="figures">{formats.money(order.total)}</strong>
      </p>
      {payment?.method && (
        <dl className={styles['more']}>
          <dt>{payment.status === 'CAPTURED' ? w.paidWith : w.payWith}</dt>
          <dd>{cardName(payment.method)}</dd>
        </dl>
      )}
      <dl className={styles['more']}>
        <dt>{w.address}</dt>
        <dd>
          <AddressLines place={order.shippingAddress} />
        </dd>
      </dl>
    </aside>
  );
}

export function ContentsSkeleton() {
  return (
    <aside className={styles['contents']} aria-hidden="true">
      <Skeleton width="60%" height="1.6rem" />
      <Skeleton height="4rem" />
      <Skeleton height="1.4rem" />
      <Skeleton height="6rem" />
    </aside>
  );
}
