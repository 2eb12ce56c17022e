import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { Link, Redirect, useParams } from 'wouter';
import cancelFile from '../../../schema/operations/storefront/cancel-order.graphql';
import type { CancelOrderMutation, CancelOrderMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { Confirm } from '../../design/confirm.tsx';
import { ConnectionDot } from '../../design/connection-dot.tsx';
import { Problem } from '../../design/problem.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { StatusBadge } from '../../design/status.tsx';
import { registered } from '../../graph/registered.ts';
import { type Sent, send } from '../../graph/send.ts';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { useSession } from '../../shop.ts';
import { usePageTitle } from '../use-page-title.ts';
import { Contents, ContentsSkeleton } from './contents.tsx';
import { Ending } from './ending.tsx';
import { Line } from './line.tsx';
import { type OrderWords, orderMessages } from './messages.ts';
import styles from './order.module.css';
import { awaitedIn, canCancel, isEnded, type LiveOrder, type Story } from './timeline.ts';
import { useShown, useStory } from './use-story.ts';

const CancelOrder = registered<CancelOrderMutation, CancelOrderMutationVariables>(cancelFile);

/** Asks for confirmation. The result comes by the subscription of the order. */
function CancelButton({ orderId }: { orderId: string }) {
  const w = useMessages(orderMessages);
  const client = useClient();
  return (
    <Confirm
      look="danger"
      label={w.cancel}
      title={w.cancelAsk}
      dismissLabel={w.keep}
      onConfirm={async () => userErrorOf(await send(client, CancelOrder, { input: { orderId } }), w.rejected)}
    >
      <p>{w.cancelHint}</p>
    </Confirm>
  );
}

/** In messages, why it goes on; null when it is cancelled. */
function userErrorOf(sent: Sent<CancelOrderMutation>, rejected: OrderWords['rejected']): string | null {
  if (!sent.ok) return sent.code === 'OFFLINE' ? rejected.OFFLINE : rejected.OTHER;
  const { cancelOrder } = sent.data;
  if (cancelOrder.__typename === 'CancelOrderSuccess') return null;
  return cancelOrder.code === 'ORDER_NOT_IN_STATUS' || cancelOrder.code === 'ORDER_NOT_FOUND' ? rejected[cancelOrder.code] : rejected.OTHER;
}

export function OrderPage() {
  const { id = '' } = useParams();
  const session = useSession();
  if (session === null) return <Redirect to={`/log-in?next=${encodeURIComponent(`/orders/${id}`)}`} replace />;
  return <FollowedOrder id={id} />;
}

function FollowedOrder({ id }: { id: string }) {
  const w = useMessages(orderMessages);
  const { story, problem, again } = useStory(id);
  const { order } = story;
  usePageTitle(order ? w.title(order.number) : problem === null ? w.waitingTitle : null);
  useAskedAgain(order !== null && isEnded(order.status), again);
  if (order) return <ToldStory story={story} order={order} />;
  // whatever is wrong with the id: a missing order and another user's order look the same
  if (problem !== null) return <Problem code={problem === 'INVALID_INPUT' ? 'NOT_FOUND' : problem} onAgain={again} />;
  return <OrderSkeleton />;
}

/** What becomes of the money afterwards is no step of the order: it is asked for anew when its customer comes back to the page. */
function useAskedAgain(isWanted: boolean, again: () => void): void {
  useEffect(() => {
    if (isWanted) window.addEventListener('focus', again);
    return () => window.removeEventListener('focus', again);
  });
}

function ToldStory({ story, order }: { story: Story; order: LiveOrder }) {
  const w = useMessages(orderMessages);
  const common = useMessages(commonMessages);
  const formats = useFormats();
  const shown = story.steps.slice(0, useShown(story.steps.length));
  // what was there when the page came is no news
  const [oldVersion] = useState(order.version);
  const status = shown.at(-1)?.status ?? order.status;
  const isCancellable = canCancel(status);
  const heading = useRef<HTMLHeadingElement>(null);
  useKeptFocus(heading, isCancellable);
  return (
    <article className={styles['page']}>
      <header className={styles['head']}>
        <p className="small">
          <Link href="/orders">{w.toOrders}</Link>
        </p>
        <h1 ref={heading} tabIndex={-1}>
          <span>
            {w.order} <span className={styles['number']}>{order.number}</span>
          </span>{' '}
          <StatusBadge status={status} />
        </h1>
        <p className={`${styles['about']} quiet small figures`}>
          <span>{w.placed(formats.dateTime(order.placedAt))}</span>
          {awaitedIn(status) && <ConnectionDot />}
        </p>
      </header>
      <div className={styles['main']}>
        {isEnded(status) && <Ending story={story} />}
        <Line story={story} shown={shown} isFresh={(version) => version > oldVersion} />
        {isCancellable && <CancelButton orderId={order.id} />}
      </div>
      <Contents order={order} />
      <p className="visually-hidden" role="status">
        {order.version > oldVersion && `${w.title(order.number)}: ${common.status[status]}`}
      </p>
    </article>
  );
}

/** When what had the focus is gone because the order moved on, the focus moves to the heading, which names the new status. */
function useKeptFocus(heading: { current: HTMLElement | null }, isCancellable: boolean): void {
  const wasCancellable = useRef(isCancellable);
  useEffect(() => {
    const hasLost = document.activeElement === null || document.activeElement === document.body;
    if (wasCancellable.current && !isCancellable && hasLost) heading.current?.focus({ preventScroll: true });
    wasCancellable.current = isCancellable;
  }, [isCancellable, heading]);
}

function OrderSkeleton() {
  const w = useMessages(orderMessages);
  const common = useMessages(commonMessages);
  return (
    <article className={styles['page']} aria-busy="true">
      <header className={styles['head']}>
        <p className="small">
          <Link href="/orders">{w.toOrders}</Link>
        </p>
        <h1>{w.waitingTitle}</h1>
        <p className={`${styles['about']} quiet small`}>
          <span role="status">{common.loading}</span>
          <ConnectionDot />
        </p>
      </header>
      <div className={styles['main']} aria-hidden="true">
        <Skeleton width="9rem" height="1.6rem" />
        <Skeleton width="70%" height="4rem" />
        <Skeleton width="60%" height="4rem" />
        <Skeleton width="65%" height="4rem" />
      </div>
      <ContentsSkeleton />
    </article>
  );
}
