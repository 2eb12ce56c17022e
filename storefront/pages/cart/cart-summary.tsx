import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import type { WholeCartFragment } from '../../../schema/operations/storefront.types.ts';
import { Button, ButtonLink } from '../../design/button.tsx';
import { send } from '../../graph/send.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { useSession, useShop } from '../../shop.ts';
import styles from './cart.module.css';
import { buyableOf } from './line-notices.ts';
import { cartMessages } from './messages.ts';
import { ClearCart } from './operations.ts';
import { useCartId } from './use-whole-cart.ts';

type Props = {
  cart: WholeCartFragment;
  isChanging: boolean;
  /** Of a line at least, what is typed is no number of pieces. */
  hasWrong: boolean;
  /** Leaves of a line so many pieces; 0 takes it out. */
  onReduce(productId: string, quantity: number): void;
  onCleared(): void;
};

/** What all of it costs, and the way to the checkout. */
export function CartSummary({ cart, isChanging, hasWrong, onReduce, onCleared }: Props) {
  const w = useMessages(cartMessages);
  const formats = useFormats();
  const session = useSession();
  const blocked = cart.lines.map((line) => ({ ...line, buyable: buyableOf(line) })).filter(({ buyable, quantity }) => buyable < quantity);
  return (
    <section className={styles['summary']} aria-labelledby="together">
      <h2 id="together">{w.summary}</h2>
      <p className={styles['total']} aria-busy={isChanging}>
        <span>
          {w.total} <span className="quiet small">({formats.count(cart.itemCount, w.pieces)})</span>
        </span>
        <strong className="figures">{formats.money(cart.total)}</strong>
      </p>
      {blocked.length > 0 ? (
        <>
          <p className={styles['grave']}>{w.blocked}</p>
          <Button
            look="plain"
            onClick={() => {
              for (const { productId, buyable } of blocked) onReduce(productId, buyable);
            }}
          >
            {blocked.some(({ buyable }) => buyable > 0) ? w.takeLeft : w.unblock}
          </Button>
        </>
      ) : hasWrong ? (
        <p className={styles['grave']}>{w.wrong}</p>
      ) : (
        <>
          <ButtonLink href={session ? '/checkout' : '/log-in?next=/checkout'}>{w.checkout}</ButtonLink>
          {!session && <p className="quiet small">{w.toLogIn}</p>}
        </>
      )}
      <ButtonLink href="/" look="text">
        {w.goOn}
      </ButtonLink>
      <Clear onCleared={onCleared} />
    </section>
  );
}

/** Empties the cart, after a second thought. */
function Clear({ onCleared }: { onCleared(): void }) {
  const w = useMessages(cartMessages);
  const client = useClient();
  const { guestCart } = useShop();
  const named = useCartId();
  const [step, setStep] = useState<'rest' | 'sure' | 'busy' | 'failed'>('rest');
  const place = useRef<HTMLDivElement>(null);
  const isAsking = step !== 'rest';
  const wasAsking = useRef(false);
  useEffect(() => {
    if (isAsking !== wasAsking.current) place.current?.querySelector('button')?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);

  const clear = async () => {
    setStep('busy');
    const sent = await send(client, ClearCart, { input: named });
    if (!sent.ok || sent.data.clearCart.__typename === 'InvalidInput') return setStep('failed');
    if (sent.data.clearCart.__typename === 'CartNotFound' && named.cartId !== undefined) guestCart.keep(null);
    onCleared();
  };

  return (
    <div ref={place} className={styles['clear']}>
      {isAsking ? (
        <>
          <p>{w.clearSure}</p>
          <Button look="danger" busy={step === 'busy'} onClick={() => void clear()}>
            {w.clearYes}
          </Button>
          <Button look="plain" onClick={() => setStep('rest')}>
            {w.clearNo}
          </Button>
        </>
      ) : (
        <Button look="text" onClick={() => setStep('sure')}>
          {w.clear}
        </Button>
      )}
      <p role="alert" className={styles['grave']}>
        {step === 'failed' && w.troubles.failed}
      </p>
    </div>
  );
}
