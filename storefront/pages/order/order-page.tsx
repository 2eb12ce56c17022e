import { useEffect, useRef, useState } from 'react';
import { Link, Redirect, useParams } from 'wouter';
import { ConnectionDot } from '../../design/connection-dot.tsx';
import { Problem } from '../../design/problem.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { StatusBadge } from '../../design/status.tsx';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { useSession } from '../../shop.ts';
import { usePageTitle } from '../use-page-title.ts';
import { CancelButton } from './cancel-button.tsx';
import { Contents, ContentsSkeleton } from './contents.tsx';
import { Ending } from './ending.tsx';
import { Line } from './line.tsx';
import { orderMessages } from './messages.ts';
import styles from './order.module.css';
import { awaitedIn, canCancel, type LiveOrder, type Story } from './timeline.ts';
import { useShown, useStory } from './use-story.ts';

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
  usePageTitle(order ? w.title(order.number) : w.waitingTitle);
  if (order) return <ToldStory story={story} order={order} />;
  // whatever is wrong with the id: what does not exist and what is somebody else's look the same
  if (problem !== null) return <Problem code={problem === 'INVALID_INPUT' ? 'NOT_FOUND' : problem} onAgain={again} />;
  return <OrderSkeleton />;
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
        {status === 'CANCELLED' && <Ending story={story} />}
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

/** When what had the focus is gone because the order moved on, the focus goes to the heading, which says so. */
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
