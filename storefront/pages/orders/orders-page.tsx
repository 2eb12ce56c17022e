import { useState } from 'react';
import { Redirect } from 'wouter';
import ordersFile from '../../../schema/operations/storefront/orders.graphql';
import type { OrderStatus, OrdersQuery, OrdersQueryVariables } from '../../../schema/operations/storefront.types.ts';
import { Button, ButtonLink } from '../../design/button.tsx';
import { ConnectionDot } from '../../design/connection-dot.tsx';
import { Select } from '../../design/field.tsx';
import { ListEnd } from '../../design/list-end.tsx';
import { Empty, Problem } from '../../design/problem.tsx';
import { registered } from '../../graph/registered.ts';
import type { Session } from '../../graph/session.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { useSession } from '../../shop.ts';
import { usePageTitle } from '../use-page-title.ts';
import { ordersMessages } from './messages.ts';
import { OrderRow, OrderRowSkeleton } from './order-row.tsx';
import styles from './orders.module.css';
import { useOrdersLive } from './use-orders-live.ts';

const Orders = registered<OrdersQuery, OrdersQueryVariables>(ordersFile);
const pageSize = 10;
const statuses = ['PENDING', 'AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED'] as const satisfies OrderStatus[];

export function OrdersPage() {
  const w = useMessages(ordersMessages);
  const session = useSession();
  usePageTitle(w.title);
  if (session === null) return <Redirect to="/log-in?next=/orders" replace />;
  return <History />;
}

function History() {
  const w = useMessages(ordersMessages);
  const common = useMessages(commonMessages);
  const [status, setStatus] = useState<OrderStatus | null>(null);
  return (
    <>
      <header className={styles['head']}>
        <div>
          <h1>{w.title}</h1>
          <p className="quiet">{w.lead}</p>
        </div>
        <ConnectionDot />
        <Select
          label={w.status}
          value={status ?? ''}
          onChange={(event) => setStatus(statuses.find((one) => one === event.target.value) ?? null)}
        >
          <option value="">{w.all}</option>
          {statuses.map((one) => (
            <option key={one} value={one}>
              {common.status[one]}
            </option>
          ))}
        </Select>
      </header>
      <List key={status ?? 'all'} status={status} onAll={() => setStatus(null)} />
    </>
  );
}

function List({ status, onAll }: { status: OrderStatus | null; onAll(): void }) {
  const w = useMessages(ordersMessages);
  const formats = useFormats();
  const session = useSession();
  const [after, setAfter] = useState<string | null>(null);
  const query = useShopQuery(
    Orders,
    { first: pageSize, ...ownOnly(session), ...(status === null ? {} : { status }), ...(after === null ? {} : { after }) },
    { requestPolicy: 'cache-and-network' },
  );
  const { data, loading, problem, traceId, again } = query;
  const orders = data?.orders.edges.map(({ node }) => node) ?? [];
  useOrdersLive(
    orders.map(({ id }) => id),
    () => {
      // what is new stands on the first page
      setAfter(null);
      again();
    },
  );

  if (problem && data === undefined) return <Problem code={problem} traceId={traceId} onAgain={again} />;
  if (data && orders.length === 0) return status === null ? <NoOrders /> : <NoneOfStatus onAll={onAll} />;
  return (
    <section aria-busy={loading} aria-label={w.title}>
      <p className="quiet small" role="status">
        {data ? formats.count(data.orders.totalCount, w.count) : ' '}
      </p>
      <ul className={styles['list']}>{loading ? skeletons : orders.map((order) => <OrderRow key={order.id} order={order} />)}</ul>
      <ListEnd page={data?.orders.pageInfo} query={query} onMore={setAfter} />
    </section>
  );
}

/** The graph returns the orders of all customers to an admin; here an admin is a customer. */
function ownOnly(session: Session | null): { customerId?: string } {
  return session?.user.role === 'ADMIN' ? { customerId: session.user.id } : {};
}

function NoOrders() {
  const w = useMessages(ordersMessages);
  const common = useMessages(commonMessages);
  return <Empty title={w.none} hint={w.noneHint} action={<ButtonLink href="/">{common.toShop}</ButtonLink>} />;
}

function NoneOfStatus({ onAll }: { onAll(): void }) {
  const w = useMessages(ordersMessages);
  return (
    <Empty
      title={w.noneOfStatus}
      action={
        <Button look="plain" onClick={onAll}>
          {w.showAll}
        </Button>
      }
    />
  );
}

const skeletons = [...'abc'].map((key) => <OrderRowSkeleton key={key} />);
