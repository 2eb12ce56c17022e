import { useEffect, useRef, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import ordersFile from '../../../../schema/operations/admin/orders.graphql';
import type { AdminOrdersQuery, AdminOrdersQueryVariables } from '../../../../schema/operations/admin.types.ts';
import { Button } from '../../../design/button.tsx';
import { Select, TextField } from '../../../design/field.tsx';
import { Empty, Problem } from '../../../design/problem.tsx';
import { Skeleton } from '../../../design/skeleton.tsx';
import { StatusBadge } from '../../../design/status.tsx';
import { registered } from '../../../graph/registered.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { commonMessages } from '../../../messages/common.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import { usePageTitle } from '../../use-page-title.ts';
import adminStyles from '../admin.module.css';
import { statuses } from '../board/board.ts';
import { adminMessages } from '../messages.ts';
import { Pager } from '../shared/pager.tsx';
import { ScrollBox } from '../shared/scroll-box.tsx';
import { useSettled } from '../shared/use-settled.ts';
import { adminOrdersMessages } from './messages.ts';
import {
  correctedOrdersAddress,
  noOrdersFilter,
  type OrdersFilter,
  ordersVariables,
  readOrdersFilter,
  writeOrdersFilter,
} from './orders-filter.ts';

const Orders = registered<AdminOrdersQuery, AdminOrdersQueryVariables>(ordersFile);
const pageSize = 50;

/** All orders of the shop, to be found by number, status or customer. */
export function AdminOrdersPage() {
  const w = useMessages(adminOrdersMessages);
  usePageTitle(w.title);
  const search = useSearch();
  const [, navigate] = useLocation();
  const [cleared, setCleared] = useState(0);
  const filter = readOrdersFilter(new URLSearchParams(search));
  const corrected = correctedOrdersAddress(new URLSearchParams(search));
  useEffect(() => {
    if (corrected !== null) navigate(toPath(corrected), { replace: true });
  }, [corrected, navigate]);
  const change = (next: OrdersFilter) => navigate(toPath(writeOrdersFilter(next)), { replace: true });
  return (
    <>
      <div className={adminStyles['head']}>
        <h1>{w.title}</h1>
      </div>
      <FilterBar key={cleared} filter={filter} onChange={change} />
      <OrdersTable
        key={writeOrdersFilter(filter)}
        filter={filter}
        onChange={(next) => {
          change(next);
          setCleared((times) => times + 1);
        }}
      />
    </>
  );
}

const toPath = (query: string) => (query === '' ? '/admin/orders' : `/admin/orders?${query}`);

function FilterBar({ filter, onChange }: { filter: OrdersFilter; onChange(filter: OrdersFilter): void }) {
  const w = useMessages(adminOrdersMessages);
  const messages = useMessages(adminMessages);
  const common = useMessages(commonMessages);
  const [text, setText] = useState(filter.search);
  const settled = useSettled(text.trim(), 250);
  const latest = useRef({ filter, onChange });
  useEffect(() => {
    latest.current = { filter, onChange };
  });
  useEffect(() => {
    const { filter: now, onChange: change } = latest.current;
    if (settled !== now.search) change({ ...now, search: settled });
  }, [settled]);
  return (
    <search className={adminStyles['filters']} aria-label={w.filters}>
      <TextField
        label={w.search}
        hint={w.searchHint}
        type="search"
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Select
        label={messages.status}
        value={filter.status ?? ''}
        hint={' '}
        onChange={(event) => onChange({ ...filter, status: statuses.find((status) => status === event.target.value) ?? null })}
      >
        <option value="">{w.allStatuses}</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {common.status[status]}
          </option>
        ))}
      </Select>
    </search>
  );
}

function OrdersTable({ filter, onChange }: { filter: OrdersFilter; onChange(filter: OrdersFilter): void }) {
  const w = useMessages(adminOrdersMessages);
  const [pages, setPages] = useState<readonly string[]>([]);
  const after = pages.at(-1);
  const { data, loading, problem, traceId, again } = useShopQuery(
    Orders,
    { first: pageSize, ...ordersVariables(filter), ...(after ? { after } : {}) },
    { requestPolicy: 'cache-and-network' },
  );
  usePolled(again, 10_000);
  if (problem && !data) return <Problem code={problem} traceId={traceId} onAgain={again} />;
  const orders = data?.orders.edges.map(({ node }) => node) ?? [];
  if (data && orders.length === 0) {
    const action = (
      <Button look="plain" onClick={() => onChange(noOrdersFilter)}>
        {w.clear}
      </Button>
    );
    return <Empty title={w.none} hint={w.noneHint} action={action} />;
  }
  const page = data?.orders.pageInfo;
  return (
    <>
      <Found orders={data?.orders} filter={filter} onChange={onChange} />
      {loading && <Skeleton height="30rem" />}
      {orders.length > 0 && <Rows orders={orders} />}
      <Pager
        onNewer={pages.length > 0 ? () => setPages(pages.slice(0, -1)) : null}
        onOlder={page?.hasNextPage && page.endCursor ? () => setPages([...pages, page.endCursor ?? '']) : null}
      />
    </>
  );
}

type FoundProps = { orders: AdminOrdersQuery['orders'] | undefined; filter: OrdersFilter; onChange(filter: OrdersFilter): void };

/** How many fit, and whose they are. */
function Found({ orders, filter, onChange }: FoundProps) {
  const w = useMessages(adminOrdersMessages);
  const formats = useFormats();
  const customer = orders?.edges.find(({ node }) => node.customer?.id === filter.customer)?.node.customer;
  return (
    <p className="small quiet" role="status">
      {orders ? formats.count(orders.totalCount, w.count) : ' '}
      {filter.customer && (
        <>
          {' · '}
          {w.ofCustomer(customer?.username ?? w.thisCustomer)}{' '}
          <Button look="text" onClick={() => onChange({ ...filter, customer: null })}>
            {w.everybody}
          </Button>
        </>
      )}
    </p>
  );
}

function Rows({ orders }: { orders: readonly AdminOrdersQuery['orders']['edges'][number]['node'][] }) {
  const w = useMessages(adminOrdersMessages);
  const messages = useMessages(adminMessages);
  const formats = useFormats();
  return (
    <ScrollBox label={w.title}>
      <table className={adminStyles['table']}>
        <caption className="visually-hidden">{w.title}</caption>
        <thead>
          <tr>
            <th scope="col">{messages.number}</th>
            <th scope="col">{messages.status}</th>
            <th scope="col">{messages.customer}</th>
            <th scope="col" className={adminStyles['right']}>
              {messages.total}
            </th>
            <th scope="col">{messages.placed}</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.id}>
              <td className="figures">
                <Link href={`/admin/orders/${order.id}`}>{order.number}</Link>
              </td>
              <td>
                <StatusBadge status={order.status} />{' '}
                {order.cancelReason && <span className="quiet small">{messages.reasons[order.cancelReason]}</span>}
              </td>
              <td>{order.customer?.username ?? messages.unknown}</td>
              <td className={`${adminStyles['right']} figures`}>{formats.money(order.total)}</td>
              <td className="figures">{formats.dateTime(order.placedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
