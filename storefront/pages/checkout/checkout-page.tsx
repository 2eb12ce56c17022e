import { useEffect } from 'react';
import { Redirect } from 'wouter';
import checkoutFile from '../../../schema/operations/storefront/checkout.graphql';
import type { CheckoutQuery, CheckoutQueryVariables } from '../../../schema/operations/storefront.types.ts';
import { Problem } from '../../design/problem.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { registered } from '../../graph/registered.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { commonMessages } from '../../messages/common.ts';
import { useMessages } from '../../messages/language.ts';
import { useSession } from '../../shop.ts';
import { useJoining } from '../cart/join-cart.tsx';
import { LeftBehind } from '../cart/left-behind.tsx';
import { usePageTitle } from '../use-page-title.ts';
import styles from './checkout.module.css';
import { CheckoutForm } from './checkout-form.tsx';
import { checkoutMessages } from './messages.ts';
import { NothingToPay } from './nothing-to-pay.tsx';

const Checkout = registered<CheckoutQuery, CheckoutQueryVariables>(checkoutFile);

export function CheckoutPage() {
  const w = useMessages(checkoutMessages);
  usePageTitle(w.title);
  const session = useSession();
  const { isJoining } = useJoining();
  if (session === null) return <Redirect to="/log-in?next=/checkout" replace />;
  return (
    <>
      <h1 className={styles['title']}>{w.title}</h1>
      <LeftBehind />
      {isJoining ? <Waiting /> : <Till userId={session.user.id} />}
    </>
  );
}

function Till({ userId }: { userId: string }) {
  // what is paid for is what the shop has now, not what this browser remembers
  const { data, refreshing, problem, traceId, again } = useShopQuery(Checkout, {}, { requestPolicy: 'cache-and-network' });
  useEffect(() => {
    // back from another tab, in which the cart may have become another
    window.addEventListener('focus', again);
    return () => window.removeEventListener('focus', again);
  });

  if (problem && !data) return <Problem code={problem} traceId={traceId} onAgain={again} />;
  if (!data || (refreshing && !data.cart?.lines.length)) return <Waiting />;
  if (!data.cart || data.cart.lines.length === 0) return <NothingToPay userId={userId} />;
  return (
    <CheckoutForm
      userId={userId}
      cart={data.cart}
      methods={data.paymentMethods}
      places={data.me?.addresses ?? []}
      isChanging={refreshing}
      onCartGone={again}
    />
  );
}

function Waiting() {
  const { loading } = useMessages(commonMessages);
  return (
    <div className={styles['page']} role="status">
      <span className="visually-hidden">{loading}</span>
      <div className={styles['steps']}>
        <Skeleton height="22rem" />
        <Skeleton height="34rem" />
      </div>
      <Skeleton height="20rem" />
    </div>
  );
}
