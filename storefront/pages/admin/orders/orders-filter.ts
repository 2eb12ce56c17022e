import type { DeskOrdersQueryVariables, OrderStatus } from '../../../../schema/operations/admin.types.ts';
import { statuses } from '../board/board.ts';
import { readNumber } from '../board/filters.ts';

/** What the desk looks for among all orders, as it stands in the address. */
export type OrdersFilter = { readonly number: string; readonly status: OrderStatus | null; readonly customer: string | null };

export const noOrdersFilter: OrdersFilter = { number: '', status: null, customer: null };

export function readOrdersFilter(address: URLSearchParams): OrdersFilter {
  return {
    number: (address.get('number') ?? '').slice(0, 40),
    status: statuses.find((status) => status === address.get('status')) ?? null,
    customer: address.get('customer'),
  };
}

export function writeOrdersFilter({ number, status, customer }: OrdersFilter): string {
  const address = new URLSearchParams();
  if (number.trim() !== '') address.set('number', number.trim());
  if (status) address.set('status', status);
  if (customer) address.set('customer', customer);
  return address.toString();
}

/** The variables of the query but for the page. A number that is none looks for nothing: its field says so. */
export function ordersVariables({ number, status, customer }: OrdersFilter): Omit<DeskOrdersQueryVariables, 'first' | 'after'> {
  const whole = readNumber(number);
  return { ...(whole ? { number: whole } : {}), ...(status ? { status } : {}), ...(customer ? { customerId: customer } : {}) };
}
