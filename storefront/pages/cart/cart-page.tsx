import { useEffect, useMemo, useRef, useState } from 'react';
import type { CartQuery } from '../../../schema/operations/storefront.types.ts';
import { ButtonLink } from '../../design/button.tsx';
import { Empty, Problem } from '../../design/problem.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { useAvailabilityLive } from '../../graph/use-availability-live.ts';
import { usePolled } from '../../graph/use-polled.ts';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { useGuestCart, useSession, useShop } from '../../shop.ts';
import { usePageTitle } from '../use-page-title.ts';
import styles from './cart.module.css';
import { CartLine } from './cart-line.tsx';
import { CartNotice, useCartNotice } from './cart-notice.tsx';
import { CartSummary } from './cart-summary.tsx';
import { useJoining } from './join-cart.tsx';
import { LeftBehind } from './left-behind.tsx';
import { cartMessages } from './messages.ts';
import { asChosen } from './pending-quantities.ts';
import { usePendingQuantities } from './use-pending-quantities.ts';
import { useWholeCart } from './use-whole-cart.ts';

export function CartPage() {
  const w = useMessages(cartMessages);
  usePageTitle(w.title);
  const { isJoining } = useJoining();
  return (
    <>
      <h1 className={styles['title']}>{w.title}</h1>
      {isJoining ? <Waiting /> : <Contents />}
    </>
  );
}

/** How many are left is sent live only where a level changes: a line of 20 is in the way of 12 as well. */
const looksAgainMs = 15_000;

function Contents() {
  const w = useMessages(cartMessages);
  const { toShop } = useMessages(commonMessages);
  const formats = useFormats();
  const { cart: known, loading, refreshing, problem, traceId, again } = useWholeCart('cache-and-network');
  const { pending, troubles, setQuantity } = usePendingQuantities();
  const { notice, showNotice, putBack, busy } = useCartNotice();
  const [wrong, setWrong] = useState<Readonly<Record<string, boolean>>>({});
  useForgottenCart(known === null && !refreshing && problem === null);
  useEffect(() => {
    // back from another tab, in which the cart may have become another
    window.addEventListener('focus', again);
    return () => window.removeEventListener('focus', again);
  });
  const ids = known?.lines.map(({ productId }) => productId).join(' ') ?? '';
  useAvailabilityLive(useMemo(() => (ids === '' ? [] : ids.split(' ')), [ids]));
  usePolled(() => {
    if (ids !== '') again();
  }, looksAgainMs);
  useChanged(known?.lines.map(({ product }) => product?.availability).join(' '), again);

  if (problem && !known) return <Problem code={problem} traceId={traceId} onAgain={again} />;
  if (loading || (refreshing && !known)) return <Waiting />;
  const cart = known && asChosen(known, pending);
  const isEmpty = !cart || cart.lines.length === 0;
  return (
    <>
      <LeftBehind isChanging={Object.keys(pending).length > 0} />
      <WaitingLines lines={cart?.waiting ?? []} />
      <CartNotice notice={notice} busy={busy} onPutBack={putBack} />
      <p className="visually-hidden" role="status">
        {!isEmpty && w.changed(formats.count(cart.itemCount, w.pieces), formats.money(cart.total))}
      </p>
      {isEmpty ? (
        <Empty
          title={w.empty}
          hint={w.emptyHint}
          picture={<img src="/marigold.svg" alt="" width="72" height="72" />}
          action={<ButtonLink href="/">{toShop}</ButtonLink>}
        />
      ) : (
        <div className={styles['page']}>
          <ul className={styles['lines']} aria-label={w.lines}>
            {cart.lines.map((line) => (
              <CartLine
                key={line.productId}
                line={line}
                trouble={troubles[line.productId] ?? null}
                onQuantity={(quantity) => setQuantity(line.productId, quantity)}
                onWrong={(isWrong) => setWrong((all) => ({ ...all, [line.productId]: isWrong }))}
                onRemove={() => {
                  setQuantity(line.productId, 0);
                  showNotice({ kind: 'removed', productId: line.productId, name: line.name, quantity: line.quantity });
                }}
              />
            ))}
          </ul>
          <CartSummary
            cart={cart}
            isChanging={Object.keys(pending).length > 0}
            hasWrong={cart.lines.some(({ productId }) => wrong[productId])}
            onReduce={setQuantity}
            onCleared={() => showNotice({ kind: 'cleared' })}
          />
        </div>
      )}
    </>
  );
}

/** Calls `onChange` when the availability received live has changed: how many are left comes with the cart alone. */
function useChanged(levels: string | undefined, onChange: () => void): void {
  const known = useRef(levels);
  useEffect(() => {
    const before = known.current;
    known.current = levels;
    if (before !== undefined && levels !== undefined && before !== levels) onChange();
  });
}

/** A guest's cart that the shop does not have any more is not asked for again. */
function useForgottenCart(isGone: boolean): void {
  const { guestCart } = useShop();
  const session = useSession();
  const cartId = useGuestCart();
  useEffect(() => {
    if (isGone && session === null && cartId !== null) guestCart.keep(null);
  }, [isGone, session, cartId, guestCart]);
}

function Waiting() {
  const { loading } = useMessages(commonMessages);
  return (
    <div className={styles['page']} role="status">
      <span className="visually-hidden">{loading}</span>
      <div className="stack">
        <Skeleton height="8rem" />
        <Skeleton height="8rem" />
      </div>
      <Skeleton height="16rem" />
    </div>
  );
}

/** What came back from cancelled orders and finds no room in the cart; nothing when all of it has. */
function WaitingLines({ lines }: { lines: NonNullable<CartQuery['cart']>['waiting'] }) {
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
