import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { type CartChange, cartChanges, type ShownCart } from './cart-changes.ts';
import styles from './checkout.module.css';
import { checkoutMessages } from './messages.ts';

type Props<Currency extends string> = { shown: ShownCart<Currency>; now: ShownCart<Currency> | null };

/** Nothing was ordered, since the cart became another: what changed, line by line. The cart of now stands above it. */
export function ChangedCart({ shown, now }: Props<'EUR'>) {
  const w = useMessages(checkoutMessages).changed;
  const formats = useFormats();
  const say = (change: CartChange<'EUR'>): string => {
    switch (change.kind) {
      case 'added':
        return w.added(change.name, formats.number(change.quantity), formats.money(change.price));
      case 'removed':
        return w.removed(change.name);
      case 'renamed':
        return w.renamed(change.before, change.name);
      case 'price':
        return w.price(change.name, formats.money(change.before), formats.money(change.now));
      case 'quantity':
        return w.quantity(change.name, formats.number(change.before), formats.number(change.now));
      case 'total':
        return w.total(formats.money(change.before), formats.money(change.now));
    }
  };
  const changes = now === null ? [] : cartChanges(shown, now).map(say);
  return (
    <span className={styles['changed']}>
      <span>{w.lead}</span>
      {changes.map((text) => (
        <span key={text} className="figures">
          {text}
        </span>
      ))}
      <span>{w.again}</span>
    </span>
  );
}
