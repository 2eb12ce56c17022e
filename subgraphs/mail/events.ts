import { type EventHandler, on } from '#kafka/consumer.ts';
import type { EventType, EventView } from '#kafka/contracts.ts';
import type { Sql } from '#platform/postgres/database.ts';
import type { MailKind } from './letters.ts';
import { type Draft, queueMails } from './mails.ts';
import { forgetAccounts, noteAddresses } from './recipients.ts';

/** It tells customers, and nobody else. */
export const publishes = [] as const satisfies readonly EventType[];

const accountFields = ['userId', 'version', 'email', 'username'] as const;

/** Each of them may come twice, and in any order. A letter is written from the fields that are read here, later. */
export function subscribes(): EventHandler[] {
  return [
    on('order.paid', ['orderId', 'number', 'userId', 'lines', 'total', 'card', 'paidAt'], tellCustomer('RECEIPT')),
    on(
      'order.cancelled',
      ['orderId', 'number', 'userId', 'reason', 'total', 'by', 'card', 'paidAt', 'failedLines'],
      tellCustomer('ORDER_CANCELLED'),
    ),
    on('order.shipped', ['orderId', 'number', 'userId'], tellCustomer('ORDER_SHIPPED')),
    on('order.refunded', ['orderId', 'number', 'userId', 'total', 'card', 'paidAt'], tellCustomer('ORDER_REFUNDED')),
    on('user.registered', [...accountFields, 'addressMail'], async (sql, events) => {
      await noteAddresses(sql, events);
      await queueMails(
        sql,
        events.flatMap((event) => toClaimed(event, 'WELCOME')),
      );
    }),
    on('user.email-changed', [...accountFields, 'previousEmail', 'addressMail'], async (sql, events) => {
      await noteAddresses(sql, events);
      await queueMails(sql, events.flatMap(toBothAddresses));
    }),
    on('user.password-reset-issued', [...accountFields, 'sealedToken', 'expiresAt'], async (sql, events) => {
      await noteAddresses(sql, events);
      // to the address that asked: a later one may be a thief's
      await queueMails(
        sql,
        events.map((event) => ({ event, kind: 'PASSWORD_RESET', userId: event.data.userId, recipient: event.data.email }) as const),
      );
    }),
    on('user.log-in-paused', [...accountFields, 'failures', 'pauseSeconds'], async (sql, events) => {
      await noteAddresses(sql, events);
      await queueMails(
        sql,
        events.map((event) => ({ event, kind: 'LOG_IN_PAUSED', userId: event.data.userId, recipient: event.data.email }) as const),
      );
    }),
    on('user.deleted', ['userId', 'version'], forgetAccounts),
  ];
}

type CustomerEvent = EventView<'order.paid' | 'order.cancelled' | 'order.shipped' | 'order.refunded', 'userId'>;
type Claim = EventView<'user.registered' | 'user.email-changed', 'userId' | 'email' | 'addressMail'>;

function tellCustomer(kind: MailKind) {
  return (sql: Sql, events: readonly CustomerEvent[]) =>
    queueMails(
      sql,
      events.map((event) => ({ event, kind, userId: event.data.userId, recipient: null })),
    );
}

/** To the address that is claimed, whatever the account has later: the link in it is for this one. */
function toClaimed(event: Claim, kind: 'WELCOME' | 'EMAIL_CHANGED'): Draft[] {
  const { userId, email, addressMail } = event.data;
  if (addressMail === 'none') return [];
  return [{ event, kind: addressMail === 'in-use' ? 'ADDRESS_IN_USE' : kind, userId, recipient: email }];
}

function toBothAddresses(event: Claim & EventView<'user.email-changed', 'previousEmail'>): Draft[] {
  const { userId, previousEmail } = event.data;
  const toNew = toClaimed(event, 'EMAIL_CHANGED');
  return previousEmail === undefined ? toNew : [...toNew, { event, kind: 'EMAIL_CHANGED_NOTICE', userId, recipient: previousEmail }];
}
