import { type Hearing, hear } from '#kafka/consumer.ts';
import type { FactRead, FactType } from '#kafka/contracts.ts';
import type { Sql } from '#platform/database.ts';
import type { MailKind } from './letters.ts';
import { queueMails } from './mails.ts';
import { forgetAccounts, noteAddresses } from './recipients.ts';

/** The mailer tells customers, and nobody else. */
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
    hear('user.registered', accountFields, async (sql, facts) => {
      await noteAddresses(sql, facts);
      await tellCustomer('WELCOME')(sql, facts);
    }),
    hear('user.email-changed', [...accountFields, 'previousEmail'], async (sql, facts) => {
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
    hear('user.deleted', ['userId', 'version'], forgetAccounts),
  ];
}

type CustomerFact = FactRead<'order.paid' | 'order.cancelled' | 'order.shipped' | 'order.refunded' | 'user.registered', 'userId'>;

function tellCustomer(kind: MailKind) {
  return (sql: Sql, facts: readonly CustomerFact[]) =>
    queueMails(
      sql,
      facts.map((fact) => ({ fact, kind, userId: fact.data.userId, recipient: null })),
    );
}

function toBothAddresses(fact: FactRead<'user.email-changed', 'userId' | 'email' | 'previousEmail'>) {
  const { userId, email, previousEmail } = fact.data;
  const toNew = { fact, kind: 'EMAIL_CHANGED', userId, recipient: email } as const;
  return previousEmail === undefined ? [toNew] : [toNew, { ...toNew, kind: 'EMAIL_CHANGED_NOTICE', recipient: previousEmail } as const];
}
