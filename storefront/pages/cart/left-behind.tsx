import { useState } from 'react';
import { Button } from '../../design/button.tsx';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import styles from './cart.module.css';
import { useJoining } from './join-cart.tsx';
import { cartMessages } from './messages.ts';

/**
 * What a guest had collected and what is too much for the customer's own cart. Nothing when all of it has joined. `isChanging`: the cart is
 * about to have room, or less of it.
 */
export function LeftBehind({ isChanging = false }: { isChanging?: boolean }) {
  const w = useMessages(cartMessages);
  const formats = useFormats();
  const { leftBehind, again } = useJoining();
  const [busy, setBusy] = useState(false);
  const put = async () => {
    setBusy(true);
    await again();
    setBusy(false);
  };
  return (
    <div role="status">
      {leftBehind.length > 0 && (
        <section className={styles['left']} aria-labelledby="left-behind">
          <h2 id="left-behind">{w.left}</h2>
          <p>{w.leftHint}</p>
          <ul>
            {leftBehind.map(({ productId, name, quantity }) => (
              <li key={productId}>{w.leftLine(formats.number(quantity), name)}</li>
            ))}
          </ul>
          <Button look="plain" busy={busy || isChanging} onClick={() => void put()}>
            {w.leftPut}
          </Button>
        </section>
      )}
    </div>
  );
}
