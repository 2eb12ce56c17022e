import type { AdminOrdersQueryVariables, OrderStatus } from '../../../../schema/operations/admin.types.ts';
import { statuses } from '../board/board.ts';

/** What the admin looks for among all orders, as it stands in the address. */
export type OrdersFilter = { readonly search: string; readonly status: OrderStatus | null; readonly customer: string | null };

export const noOrdersFilter: OrdersFilter = { search: '', status: null, customer: null };

export function readOrdersFilter(address: URLSearchParams): OrdersFilter {
  return {
    search: (address.get('search') ?? '').slice(0, 100),
    status: statuses.find((status) => status === address.get('status')) ?? null,
    customer: address.get('customer'),
  };
}

/** What the address should be when it names a status that there is not; null when it is right. */
export function correctedOrdersAddress(address: URLSearchParams): string | null {
  const read = readOrdersFilter(address);
  return read.status === null && address.get('status') ? writeOrdersFilter(read) : null;
}

export function writeOrdersFilter({ search, status, customer }: OrdersFilter): string {
  const address = new URLSearchParams();
  if (search.trim() !== '') address.set('search', search.trim());
  if (status) address.set('status', status);
  if (customer) address.set('customer', customer);
  return address.toString();
}

/** The variables of the query but for the page. */
export function ordersVariables({ search, status, customer }: OrdersFilter): Omit<AdminOrdersQueryVariables, 'first' | 'after'> {
  const text = search.trim();
  return { ...(text === '' ? {} : { search: text }), ...(status ? { status } : {}), ...(customer ? { customerId: customer } : {}) };
}
