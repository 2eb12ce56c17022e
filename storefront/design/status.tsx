import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import styles from './status.module.css';

type OrderStatus = keyof (typeof commonWords)['en']['status'];
type Availability = keyof (typeof commonWords)['en']['availability'];

const tones: Readonly<Record<OrderStatus, 'waiting' | 'done' | 'failed'>> = {
  PENDING: 'waiting',
  AWAITING_PAYMENT: 'waiting',
  PAID: 'done',
  SHIPPED: 'done',
  DELIVERED: 'done',
  CANCELLED: 'failed',
  REFUNDED: 'failed',
};

/** How far an order has come, in a word and a colour. */
export function StatusBadge({ status }: { status: OrderStatus }) {
  const w = useWords(commonWords);
  return <span className={`${styles['badge']} ${styles[tones[status]]}`}>{w.status[status]}</span>;
}

/** How easily a product can be had; the dot is only beside the words. */
export function AvailabilityMark({ availability }: { availability: Availability }) {
  const w = useWords(commonWords);
  return <span className={`${styles['availability']} ${styles[availability]}`}>{w.availability[availability]}</span>;
}
