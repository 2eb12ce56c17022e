import { type Hearing, hear } from '#kafka/consumer.ts';
import type { Fact, FactType } from '#kafka/contracts.ts';
import type { Sql } from '#platform/database.ts';
import type { MailKind } from './letters.ts';
import { queueMails } from './mails.ts';
import { forgetAccounts, noteAddresses } from './recipients.ts';

/** The mailer tells customers, and nobody else. */
export const publishes = [] as const satisfies readonly FactType[];

/** Each of them may come twice, and in any order. */
export function hears(): Hearing[] {
  return [
    hear('order.paid', tellCustomer('RECEIPT')),
    hear('order.cancelled', tellCustomer('ORDER_CANCELLED')),
    hear('order.shipped', tellCustomer('ORDER_SHIPPED')),
    hear('order.refunded', tellCustomer('ORDER_REFUNDED')),
    hear('user.registered', async (sql, facts) => {
      await noteAddresses(sql, facts);
      await tellCustomer('WELCOME')(sql, facts);
    }),
    hear('user.email-changed', async (sql, facts) => {
      await noteAddresses(sql, facts);
      await queueMails(sql, facts.flatMap(toBothAddresses));
    }),
    hear('user.password-reset-requested', async (sql, facts) => {
      await noteAddresses(sql, facts);
      // to the address that asked: a later one may be a thief's
      await queueMails(
        sql,
        facts.map((fact) => ({ fact, kind: 'PASSWORD_RESET', userId: fact.data.userId, recipient: fact.data.email }) as const),
      );
    }),
    hear('user.deleted', forgetAccounts),
  ];
}

type CustomerFact = Fact<'order.paid' | 'order.cancelled' | 'order.shipped' | 'order.refunded' | 'user.registered'>;

function tellCustomer(kind: MailKind) {
  return (sql: Sql, facts: readonly CustomerFact[]) =>
    queueMails(
      sql,
      facts.map((fact) => ({ fact, kind, userId: fact.data.userId, recipient: null })),
    );
}

function toBothAddresses(fact: Fact<'user.email-changed'>) {
  const { userId, email, previousEmail } = fact.data;
  const toNew = { fact, kind: 'EMAIL_CHANGED', userId, recipient: email } as const;
  return previousEmail === undefined ? [toNew] : [toNew, { ...toNew, kind: 'EMAIL_CHANGED_NOTICE', recipient: previousEmail } as const];
}
