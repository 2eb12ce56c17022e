import { type Hearing, hear } from '#kafka/consumer.ts';
import type { FactRead, FactType } from '#kafka/contracts.ts';
import type { Sql } from '#platform/database.ts';
import type { MailKind } from './letters.ts';
import { type Draft, queueMails } from './mails.ts';
import { forgetAccounts, noteAddresses } from './recipients.ts';

/** It tells customers, and nobody else. */
export const publishes = [] as const satisfies readonly FactType[];

const accountFields = ['userId', 'version', 'email', 'username'] as const;

/** Each of them may come twice, and in any order. A letter is written from the fields that are read here, later. */
export function hears(): Hearing[] {
  return [
    hear('order.paid', ['orderId', 'number', 'userId', 'lines', 'total', 'card', 'paidAt'], tellCustomer('RECEIPT')),
    hear(
      'order.cancelled',
      ['orderId', 'number', 'userId', 'reason', 'total', 'by', 'card', 'paidAt', 'failedLines'],
      tellCustomer('ORDER_CANCELLED'),
    ),
    hear('order.shipped', ['orderId', 'number', 'userId'], tellCustomer('ORDER_SHIPPED')),
    hear('order.refunded', ['orderId', 'number', 'userId', 'total', 'card', 'paidAt'], tellCustomer('ORDER_REFUNDED')),
    hear('user.registered', [...accountFields, 'addressMail'], async (sql, facts) => {
      await noteAddresses(sql, facts);
      await queueMails(
        sql,
        facts.flatMap((fact) => toClaimed(fact, 'WELCOME')),
      );
    }),
    hear('user.email-changed', [...accountFields, 'previousEmail', 'addressMail'], async (sql, facts) => {
      await noteAddresses(sql, facts);
      await queueMails(sql, facts.flatMap(toBothAddresses));
    }),
    hear('user.password-reset-issued', [...accountFields, 'sealedToken', 'expiresAt'], async (sql, facts) => {
      await noteAddresses(sql, facts);
      // to the address that asked: a later one may be a thief's
      await queueMails(
        sql,
        facts.map((fact) => ({ fact, kind: 'PASSWORD_RESET', userId: fact.data.userId, recipient: fact.data.email }) as const),
      );
    }),
    hear('user.log-in-paused', [...accountFields, 'failures', 'pauseSeconds'], async (sql, facts) => {
      await noteAddresses(sql, facts);
      await queueMails(
        sql,
        facts.map((fact) => ({ fact, kind: 'LOG_IN_PAUSED', userId: fact.data.userId, recipient: fact.data.email }) as const),
      );
    }),
    hear('user.deleted', ['userId', 'version'], forgetAccounts),
  ];
}

type CustomerFact = FactRead<'order.paid' | 'order.cancelled' | 'order.shipped' | 'order.refunded', 'userId'>;
type Claim = FactRead<'user.registered' | 'user.email-changed', 'userId' | 'email' | 'addressMail'>;

function tellCustomer(kind: MailKind) {
  return (sql: Sql, facts: readonly CustomerFact[]) =>
    queueMails(
      sql,
      facts.map((fact) => ({ fact, kind, userId: fact.data.userId, recipient: null })),
    );
}

/** To the address that is claimed, whatever the account has later: the link in it is for this one. */
function toClaimed(fact: Claim, kind: 'WELCOME' | 'EMAIL_CHANGED'): Draft[] {
  const { userId, email, addressMail } = fact.data;
  if (addressMail === 'none') return [];
  return [{ fact, kind: addressMail === 'in-use' ? 'ADDRESS_IN_USE' : kind, userId, recipient: email }];
}

function toBothAddresses(fact: Claim & FactRead<'user.email-changed', 'previousEmail'>): Draft[] {
  const { userId, previousEmail } = fact.data;
  const toNew = toClaimed(fact, 'EMAIL_CHANGED');
  return previousEmail === undefined ? toNew : [...toNew, { fact, kind: 'EMAIL_CHANGED_NOTICE', userId, recipient: previousEmail }];
}
