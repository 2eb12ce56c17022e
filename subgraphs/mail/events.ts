import { type EventHandler, on } from '#kafka/consumer.ts';
import type { EventType, EventView } from '#kafka/contracts.ts';
import type { Sql } from '#platform/postgres/database.ts';
import {
  forgetAccounts,
  mailAddressChanges,
  mailCustomers,
  mailLogInPauses,
  mailNewAccounts,
  mailPasswordResets,
} from './event-handlers.ts';
import type { MailKind } from './letters.ts';

/** Mail publishes nothing. */
export const publishes = [] as const satisfies readonly EventType[];

const accountFields = ['userId', 'version', 'email', 'username'] as const;

/** Each of them may come twice, and in any order. A letter is written from the fields that are read here, later. */
export function subscribes(): EventHandler[] {
  return [
    on('order.paid', ['orderId', 'number', 'userId', 'lines', 'total', 'card', 'paidAt'], aboutOrders('RECEIPT')),
    on(
      'order.cancelled',
      ['orderId', 'number', 'userId', 'reason', 'total', 'by', 'card', 'paidAt', 'failedLines'],
      aboutOrders('ORDER_CANCELLED'),
    ),
    on('order.shipped', ['orderId', 'number', 'userId'], aboutOrders('ORDER_SHIPPED')),
    on('order.refunded', ['orderId', 'number', 'userId', 'total', 'card', 'paidAt'], aboutOrders('ORDER_REFUNDED')),
    on('user.registered', [...accountFields, 'addressMail'], mailNewAccounts),
    on('user.email-changed', [...accountFields, 'previousEmail', 'addressMail'], mailAddressChanges),
    on('user.password-reset-issued', [...accountFields, 'sealedToken', 'expiresAt'], mailPasswordResets),
    on('user.log-in-paused', [...accountFields, 'failures', 'pauseSeconds'], mailLogInPauses),
    on('user.deleted', ['userId', 'version'], forgetAccounts),
  ];
}

function aboutOrders(kind: MailKind) {
  return (sql: Sql, events: readonly EventView<'order.paid' | 'order.cancelled' | 'order.shipped' | 'order.refunded', 'userId'>[]) =>
    mailCustomers(kind, sql, events);
}
