import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';
import styles from './status.module.css';

type OrderStatus = keyof (typeof commonMessages)['en']['status'];
type Availability = keyof (typeof commonMessages)['en']['availability'];

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
  const w = useMessages(commonMessages);
  return <span className={`${styles['badge']} ${styles[tones[status]]}`}>{w.status[status]}</span>;
}

/** How easily a product can be had; the dot is only beside the messages. */
export function AvailabilityMark({ availability }: { availability: Availability }) {
  const w = useMessages(commonMessages);
  return <span className={`${styles['availability']} ${styles[availability]}`}>{w.availability[availability]}</span>;
}
