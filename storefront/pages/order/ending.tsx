import { ButtonLink } from '../../design/button.tsx';
import { useWords } from '../../words/language.ts';
import styles from './order.module.css';
import { endingOf, type Story } from './timeline.ts';
import { orderWords } from './words.ts';

const ways = { checkout: '/checkout', cart: '/cart', shop: '/' } as const;

/** Why the order was cancelled, what becomes of money and goods, and where to go from here. Nothing for any other order. */
export function Ending({ story }: { story: Story }) {
  const w = useWords(orderWords);
  const ending = endingOf(story);
  if (!ending) return null;
  const { reason, money, wayBack } = ending;
  const failure = reason === 'PAYMENT_DECLINED' ? story.order?.payment?.failure?.code : undefined;
  return (
    <section className={styles['ending']} aria-labelledby="ending" data-reason={reason}>
      <h2 id="ending">{failure ? w.declined[failure] : w.ended[reason]}</h2>
      <ul>
        <li>{w.money[money]}</li>
        {/* of an order that never held anything there is nothing to put back */}
        <li>{wayBack === 'shop' ? w.goods : w.kept}</li>
      </ul>
      <ButtonLink href={ways[wayBack]}>{reason === 'PAYMENT_DECLINED' ? w.wayBack.PAYMENT_DECLINED : w.wayBack[wayBack]}</ButtonLink>
    </section>
  );
}
