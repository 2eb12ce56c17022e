import type { EventView } from '#kafka/contracts.ts';
import type { Sql } from '#platform/postgres/database.ts';
import type { MailKind } from './letters.ts';
import { type Draft, queueMails } from './mails.ts';
import { forgetRecipients, saveRecipients } from './recipients.ts';

type OrderEvent = EventView<'order.paid' | 'order.cancelled' | 'order.shipped' | 'order.refunded', 'userId'>;
type AccountEvent<Type extends 'user.registered' | 'user.email-changed' | 'user.password-reset-issued' | 'user.log-in-paused'> = EventView<
  Type,
  'userId' | 'version' | 'email' | 'username'
>;
type Claim = EventView<'user.registered' | 'user.email-changed', 'userId' | 'email' | 'addressMail'>;

/** What happened to an order, to the newest address of its customer. */
export function mailCustomers(kind: MailKind, sql: Sql, events: readonly OrderEvent[]): Promise<void> {
  return queueMails(
    sql,
    events.map((event) => ({ event, kind, userId: event.data.userId, recipient: null })),
  );
}

/** user.registered: a welcome with the link that confirms the address, or a word to whom it belongs already. */
export async function mailNewAccounts(sql: Sql, events: readonly (AccountEvent<'user.registered'> & Claim)[]): Promise<void> {
  await saveRecipients(sql, events.map(dataOf));
  await queueMails(
    sql,
    events.flatMap((event) => toClaimed(event, 'WELCOME')),
  );
}

/** user.email-changed: to the new address and to the one before it. */
export async function mailAddressChanges(
  sql: Sql,
  events: readonly (AccountEvent<'user.email-changed'> & Claim & EventView<'user.email-changed', 'previousEmail'>)[],
): Promise<void> {
  await saveRecipients(sql, events.map(dataOf));
  await queueMails(sql, events.flatMap(toBothAddresses));
}

/** user.password-reset-issued: to the address that asked. A later one may be a thief's. */
export async function mailPasswordResets(sql: Sql, events: readonly AccountEvent<'user.password-reset-issued'>[]): Promise<void> {
  await saveRecipients(sql, events.map(dataOf));
  await queueMails(
    sql,
    events.map((event) => ({ event, kind: 'PASSWORD_RESET', userId: event.data.userId, recipient: event.data.email })),
  );
}

/** user.log-in-paused: somebody is guessing passwords, and the owner is notified. */
export async function mailLogInPauses(sql: Sql, events: readonly AccountEvent<'user.log-in-paused'>[]): Promise<void> {
  await saveRecipients(sql, events.map(dataOf));
  await queueMails(
    sql,
    events.map((event) => ({ event, kind: 'LOG_IN_PAUSED', userId: event.data.userId, recipient: event.data.email })),
  );
}

/** user.deleted: forgets where people were reached, what is not sent yet, and what was. */
export async function forgetAccounts(sql: Sql, events: readonly EventView<'user.deleted', 'userId' | 'version'>[]): Promise<void> {
  await forgetRecipients(sql, events.map(dataOf));
}

function dataOf<Data>(event: { readonly data: Data }): Data {
  return event.data;
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
