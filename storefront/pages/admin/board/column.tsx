import { memo, useId } from 'react';
import { Link } from 'wouter';
import type { CancelReason, OrderStatus } from '../../../../schema/operations/admin.types.ts';
import { commonMessages } from '../../../messages/common.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import { adminMessages } from '../messages.ts';
import styles from './board.module.css';
import type { Card, ReasonCounts } from './board.ts';
import { byReason } from './filters.ts';
import { boardMessages } from './messages.ts';

type Props = {
  status: OrderStatus;
  /** Those that fit. */
  cards: readonly Card[];
  /** Of all that are cancelled. */
  reasons: ReasonCounts;
  /** The total count; null while unknown. */
  count: number | null;
  /** How many of them are found; null where nothing is looked for. */
  found: number | 'unknown' | null;
  /** What is looked for. */
  search: string;
  reason: CancelReason | null;
  onReason(reason: CancelReason | null): void;
};

/** More are not drawn, only counted. */
const drawn = 50;

/** One status: how many orders are in it, and the cards of those that came last. */
export function Column({ status, cards, reasons, count, found, search, reason, onReason }: Props) {
  const w = useMessages(boardMessages);
  const common = useMessages(commonMessages);
  const formats = useFormats();
  const id = useId();
  const shown = cards.slice(0, drawn);
  const all = typeof found === 'number' ? found : found === null ? count : null;
  const rest = (all ?? cards.length) - shown.length;
  const number = (many: number | 'unknown' | null) => (typeof many === 'number' ? formats.number(many) : '…');
  return (
    <section aria-labelledby={id} className={`${styles['column']} ${styles[status]}`}>
      <h2 id={id} className={styles['status']}>
        {common.status[status]}{' '}
        <span className={`${styles['count']} figures`} data-count={count ?? ''}>
          {found === null ? number(count) : w.of(number(found), number(count))}
        </span>
      </h2>
      {status === 'CANCELLED' && <Reasons counts={reasons} chosen={reason} onChoose={onReason} />}
      {shown.length === 0 && count !== null && <p className={styles['none']}>{found !== null && count > 0 ? w.noneFits : w.none}</p>}
      <ul className={styles['cards']}>
        {shown.map((card) => (
          <OrderCard key={card.id} card={card} />
        ))}
        {rest > 0 && (
          <li className={styles['rest']}>
            <Link href={`/admin/orders?status=${status}${search && `&search=${encodeURIComponent(search)}`}`}>
              {formats.count(rest, w.more)}
            </Link>
          </li>
        )}
      </ul>
    </section>
  );
}

function Reasons({
  counts,
  chosen,
  onChoose,
}: {
  counts: ReasonCounts;
  chosen: CancelReason | null;
  onChoose(reason: CancelReason | null): void;
}) {
  const w = useMessages(adminMessages);
  const formats = useFormats();
  const found = byReason(counts);
  const reasons = chosen !== null && !found.some(({ reason }) => reason === chosen) ? [...found, { reason: chosen, count: 0 }] : found;
  return (
    <ul className={styles['reasons']}>
      {reasons.map(({ reason, count }) => (
        <li key={reason}>
          <button type="button" aria-pressed={chosen === reason} onClick={() => onChoose(chosen === reason ? null : reason)}>
            {w.reasons[reason]} <span className="figures">{formats.number(count)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const OrderCard = memo(function OrderCard({ card }: { card: Card }) {
  const w = useMessages(boardMessages);
  const messages = useMessages(adminMessages);
  const formats = useFormats();
  const clock = formats.clock(new Date(card.sinceMs).toISOString());
  return (
    <li data-order={card.id} className={styles['card']}>
      <Link href={`/admin/orders/${card.id}`}>
        <span className={styles['number']}>{card.number}</span>
        <span className={styles['details']}>
          <span className="figures">{formats.money(card.total)}</span>
          <time dateTime={new Date(card.sinceMs).toISOString()} className="figures" title={w.since(clock)}>
            {clock}
          </time>
        </span>
        {card.customerName && <span className={styles['who']}>{card.customerName}</span>}
        {card.cancelReason && <span className={styles['why']}>{messages.reasons[card.cancelReason]}</span>}
      </Link>
    </li>
  );
});
