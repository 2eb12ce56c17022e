import { Link } from 'wouter';
import type { OrdersQuery } from '../../../schema/operations/storefront.types.ts';
import { Picture } from '../../design/picture.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { StatusBadge } from '../../design/status.tsx';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { ordersMessages } from './messages.ts';
import styles from './orders.module.css';

type Order = OrdersQuery['orders']['edges'][number]['node'];

const picturesShown = 3;

export function OrderRow({ order }: { order: Order }) {
  const w = useMessages(ordersMessages);
  const formats = useFormats();
  const [first] = order.lines;
  const others = order.lines.length - 1;
  return (
    <li className={styles['row']}>
      <div className={styles['pictures']} aria-hidden="true">
        {order.lines.slice(0, picturesShown).map((line) => (
          <Picture key={line.productId} image={line.product?.images[0]} size={72} />
        ))}
      </div>
      <div className={styles['what']}>
        <Link href={`/orders/${order.id}`} className={styles['number'] ?? ''}>
          {w.order(order.number)}
        </Link>
        <p className="small">
          {first?.name}
          {others > 0 && ` ${w.others(others)}`}
        </p>
        <p className="quiet small figures">{w.placed(formats.dateTime(order.placedAt))}</p>
      </div>
      <div className={styles['how']} aria-live="polite">
        <StatusBadge status={order.status} />
        <span className="figures">{formats.money(order.total)}</span>
      </div>
    </li>
  );
}

export function OrderRowSkeleton() {
  return (
    <li className={styles['row']} aria-hidden="true">
      <div className={styles['pictures']}>
        <Skeleton width="72px" height="72px" />
      </div>
      <div className={styles['what']}>
        <Skeleton width="10rem" height="1.4em" />
        <Skeleton width="14rem" />
      </div>
    </li>
  );
}
