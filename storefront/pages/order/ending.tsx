import { useEffect, useState } from 'react';
import { ButtonLink } from '../../design/button.tsx';
import { useCardName } from '../../messages/cards.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { buyableOf } from '../cart/line-notices.ts';
import { useWholeCart } from '../cart/use-whole-cart.ts';
import { type OrderWords, orderMessages } from './messages.ts';
import styles from './order.module.css';
import { type Ending as EndingOf, endingOf, type Held, heldOf, type LiveOrder, type Story, wayBackFrom } from './timeline.ts';

const ways = { card: '/checkout', checkout: '/checkout', cart: '/cart', shop: '/' } as const;

type Of = { readonly ending: EndingOf; readonly order: LiveOrder };

/** Why the order ended before it was delivered, what becomes of money and goods, and where to go from here. Nothing for any other order. */
export function Ending({ story }: { story: Story }) {
  const ending = endingOf(story);
  if (!ending || !story.order) return null;
  const Shown = ending.reason === 'REFUNDED' ? Refunded : Cancelled;
  return <Shown ending={ending} order={story.order} />;
}

/** The goods may be with the customer. */
function Refunded({ ending, order }: Of) {
  const w = useMessages(orderMessages);
  return (
    <section className={styles['ending']} aria-labelledby="ending" data-reason={ending.reason}>
      <h2 id="ending">{w.ended[ending.reason]}</h2>
      <ul>
        <Money ending={ending} order={order} />
      </ul>
    </section>
  );
}

function Cancelled({ ending, order }: Of) {
  const w = useMessages(orderMessages);
  const formats = useFormats();
  const { reason, wasPaid } = ending;
  const { held, canBeBought } = useHeld(order);
  const failure = reason === 'PAYMENT_DECLINED' ? order.payment?.failure?.code : undefined;
  const way = wayBackFrom(reason, held, canBeBought);
  return (
    <section className={styles['ending']} aria-labelledby="ending" data-reason={reason}>
      <h2 id="ending">{failure ? w.declined[failure] : w.ended[reason]}</h2>
      <ul>
        {order.failedLines.map((line) => (
          <li key={line.productId}>{failedText(w.failed, order, line, formats.number)}</li>
        ))}
        <Money ending={ending} order={order} />
        {wasPaid && <li>{w.goods}</li>}
        {/* what was sold and given back is not missed in the cart */}
        {held !== null && !(wasPaid && held === 'none') && <li>{w.held[held]}</li>}
      </ul>
      <ButtonLink href={ways[way]}>{w.wayBack[way]}</ButtonLink>
    </section>
  );
}

function Money({ ending, order: { payment, total } }: Of) {
  const w = useMessages(orderMessages);
  const formats = useFormats();
  const cardName = useCardName();
  const card = payment?.method ? cardName(payment.method) : '';
  const refundedAt = payment?.refunds.find(({ completedAt }) => completedAt)?.completedAt;
  return <li>{w.money[ending.money](formats.money(total), card, refundedAt ? formats.date(refundedAt) : '')}</li>;
}

function failedText(
  w: OrderWords['failed'],
  { cancelReason }: LiveOrder,
  { name, quantity, available }: LiveOrder['failedLines'][number],
  number: (value: number) => string,
): string {
  if (cancelReason === 'PRICE_CHANGED') return w.price(name);
  if (cancelReason === 'UNKNOWN_PRODUCT') return w.gone(name);
  const ordered = number(quantity);
  if (available === null) return w.few(name, ordered);
  if (available < 2) return available === 0 ? w.none(name, ordered) : w.one(name, ordered);
  return w.some(name, ordered, number(available));
}

/** After the end of an order, by the shop's clock, which may be another than ours. */
const settlesWithinMs = 4000;
const looksAgainAfterMs = 1000;

/**
 * How much of the order the cart holds now, and whether it can be bought as it is. `held` is null while that is not known: the cart gets
 * back what an order had taken a moment after the order has ended, and is looked at again until then.
 */
function useHeld({ lines, statusSince }: LiveOrder): { held: Held | null; canBeBought: boolean } {
  const { cart, refreshing, problem, again } = useWholeCart('cache-and-network');
  const [settlesMs] = useState(() => Math.min(settlesWithinMs, settlesWithinMs - (Date.now() - Date.parse(statusSince))));
  const [isSettling, setSettling] = useState(settlesMs > 0);
  // what this browser remembers of the cart is not what the shop has now
  const [isAnswered, setAnswered] = useState(false);
  if (!isAnswered && !refreshing && problem === null) setAnswered(true);
  const known = isAnswered ? heldOf(lines, cart) : null;
  const waits = isSettling && known !== 'all';
  useEffect(() => {
    const timer = window.setTimeout(() => setSettling(false), settlesMs);
    return () => window.clearTimeout(timer);
  }, [settlesMs]);
  useEffect(() => {
    // back from another tab, in which the cart may have become another
    window.addEventListener('focus', again);
    const timer = waits && !refreshing ? window.setTimeout(again, looksAgainAfterMs) : undefined;
    return () => {
      window.removeEventListener('focus', again);
      window.clearTimeout(timer);
    };
  });
  const canBeBought = cart?.lines.every((line) => buyableOf(line) === line.quantity) ?? false;
  return { held: waits && known !== 'some' && known !== 'waits' ? null : known, canBeBought };
}
