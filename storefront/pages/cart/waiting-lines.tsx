import type { CartQuery } from '../../../schema/operations/storefront.types.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import styles from './cart.module.css';
import { cartMessages } from './messages.ts';

/** What came back from cancelled orders and finds no room in the cart; nothing when all of it has. */
export function WaitingLines({ lines }: { lines: NonNullable<CartQuery['cart']>['waiting'] }) {
  const w = useMessages(cartMessages);
  const formats = useFormats();
  return (
    <div role="status">
      {lines.length > 0 && (
        <section className={styles['left']} aria-labelledby="waiting-lines">
          <h2 id="waiting-lines">{w.waiting}</h2>
          <p>{w.waitingHint}</p>
          <ul>
            {lines.map(({ productId, name, quantity }) => (
              <li key={productId}>{w.leftLine(formats.number(quantity), name)}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
