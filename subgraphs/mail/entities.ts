import { defineEntity, p } from '@mikro-orm/postgresql';
import { eventLogEntities } from '#kafka/tables.ts';

/** Its own copy of who is reached where: the newest version wins. Without address and name: the account is closed. */
export const Recipient = defineEntity({
  name: 'Recipient',
  tableName: 'recipients',
  properties: {
    userId: p.uuid().primary(),
    version: p.integer(),
    email: p.text().nullable(),
    username: p.text().nullable(),
  },
  checks: [{ name: 'recipients_known_or_closed', expression: '(email IS NULL) = (username IS NULL)' }],
});

/** One mail for one reason: `eventId` and `kind` together are unique, so that an event that comes twice makes one mail. */
export const Mail = defineEntity({
  name: 'Mail',
  tableName: 'mails',
  properties: {
    id: p.uuid().primary(),
    eventId: p.text().fieldName('fact_id'),
    kind: p.text(),
    userId: p.uuid().index(),
    /** The order that it is about; null for a mail about an account. */
    orderId: p.uuid().nullable().index(),
    /** What the letter is made of, until it is sent: the data of the event. */
    data: p.json().nullable(),
    status: p.text(),
    /** Why it is SKIPPED or FAILED, or the last answer of the mail server. */
    reason: p.text().nullable(),
    /** Where it must go; null while the newest address of the account is meant. Afterwards: where it went. */
    recipient: p.text().nullable(),
    subject: p.text().nullable(),
    text: p.text().nullable(),
    html: p.text().nullable(),
    messageId: p.text(),
    /** The W3C trace context of its event. */
    traceparent: p.text().nullable(),
    attempts: p.integer().default(0),
    /** @deprecated A mail that is rejected for good has failed at once. */
    rejections: p.integer().default(0),
    /** When it has failed, if it is not sent by then; set by the first attempt. */
    giveUpAt: p.datetime(3).nullable(),
    /** The admin who had it sent again, when it had failed. */
    queuedAgainBy: p.uuid().nullable(),
    queuedAgainAt: p.datetime(3).nullable(),
    /** Not before; a process that is sending it has moved this on, so that no other takes it at the same time. */
    nextAttemptAt: p.datetime(3).defaultRaw('now()'),
    createdAt: p.datetime(3).defaultRaw('now()'),
    sentAt: p.datetime(3).nullable(),
  },
  uniques: [{ name: 'mails_fact_unique', properties: ['eventId', 'kind'] }],
  indexes: [
    { name: 'mails_due', expression: 'create index "mails_due" on "mails" (next_attempt_at, id) where (status = \'QUEUED\'::text)' },
    {
      name: 'mails_waiting',
      expression: 'create index "mails_waiting" on "mails" (user_id) where (status = \'WAITING_FOR_ADDRESS\'::text)',
    },
  ],
  checks: [
    {
      name: 'mails_status_known',
      expression: "status = ANY (ARRAY['WAITING_FOR_ADDRESS'::text, 'QUEUED'::text, 'SENT'::text, 'SKIPPED'::text, 'FAILED'::text])",
    },
    { name: 'mails_sent_when', expression: "(status = 'SENT'::text) = (sent_at IS NOT NULL)" },
  ],
});

export const entities = [Recipient, Mail, ...eventLogEntities];
