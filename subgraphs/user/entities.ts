import { defineEntity, p } from '@mikro-orm/postgresql';
import { eventLogEntities } from '#kafka/tables.ts';

/** A user with an account. `version` rises with every change published on the topic `accounts`. */
export const Account = defineEntity({
  name: 'Account',
  tableName: 'accounts',
  properties: {
    id: p.uuid().primary(),
    /** Unverified until `emailConfirmedAt`: the owner has then opened a link that was mailed there. */
    email: p.text(),
    emailConfirmedAt: p.datetime(3).nullable(),
    username: p.text(),
    passwordHash: p.text(),
    role: p.text(),
    version: p.integer().default(1),
    createdAt: p.datetime(3).defaultRaw('now()'),
  },
  indexes: [
    {
      name: 'accounts_confirmed_email_unique',
      expression:
        'create unique index "accounts_confirmed_email_unique" on "accounts" (lower(email)) where (email_confirmed_at IS NOT NULL)',
    },
    { name: 'accounts_email_index', expression: 'create index "accounts_email_index" on "accounts" (lower(email), created_at)' },
    { name: 'accounts_username_unique', expression: 'create unique index "accounts_username_unique" on "accounts" (lower(username))' },
    { name: 'accounts_admins', expression: 'create index "accounts_admins" on "accounts" (id) where (role = \'ADMIN\'::text)' },
  ],
  checks: [
    { name: 'accounts_role_known', expression: "role = ANY (ARRAY['CUSTOMER'::text, 'ADMIN'::text])" },
    // else a login that looks like an address could mean two people
    { name: 'accounts_username_no_email', expression: "username !~ '@'::text" },
    { name: 'accounts_version_positive', expression: 'version > 0' },
  ],
});

/** One log-in, and everything that came of it by refreshing: the family of its tokens. */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    id: p.uuid().primary(),
    account: () => p.manyToOne(Account).deleteRule('cascade').updateRule('no action').index(),
    createdAt: p.datetime(3).defaultRaw('now()'),
    expiresAt: p.datetime(3).index(),
  },
});

/** Each refresh token ever given for a session, by its SHA-256: the used ones stay, or their reuse would not be noticed. */
export const RefreshToken = defineEntity({
  name: 'RefreshToken',
  tableName: 'refresh_tokens',
  properties: {
    hash: p.text().primary(),
    session: () => p.manyToOne(Session).deleteRule('cascade').updateRule('no action').index(),
    usedAt: p.datetime(3).nullable(),
    /** Gives the token that followed, as long as a used one may be answered again; see `tokens.ts`. */
    successorKey: p.text().nullable(),
    expiresAt: p.datetime(3).index(),
  },
  indexes: [
    {
      name: 'refresh_tokens_successor_keys',
      expression: 'create index "refresh_tokens_successor_keys" on "refresh_tokens" (used_at) where (successor_key IS NOT NULL)',
    },
  ],
});

/** A session that is over, as long as an access token of it may look good. */
export const EndedSession = defineEntity({
  name: 'EndedSession',
  tableName: 'ended_sessions',
  properties: {
    id: p.uuid().primary(),
    until: p.datetime(3).index(),
  },
});

export const PasswordReset = defineEntity({
  name: 'PasswordReset',
  tableName: 'password_resets',
  properties: {
    hash: p.text().primary(),
    account: () => p.manyToOne(Account).deleteRule('cascade').updateRule('no action').index(),
    expiresAt: p.datetime(3).index(),
  },
});

/** A saved shipping address. `version` rises with every change, so that none is overwritten unseen. */
export const Address = defineEntity({
  name: 'Address',
  tableName: 'addresses',
  properties: {
    id: p.uuid().primary(),
    account: () => p.manyToOne(Account).deleteRule('cascade').updateRule('no action').index(),
    name: p.text(),
    line1: p.text(),
    line2: p.text().nullable(),
    city: p.text(),
    region: p.text().nullable(),
    postalCode: p.text(),
    country: p.text(),
    phone: p.text().nullable(),
    version: p.integer().default(1),
  },
  checks: [
    { name: 'addresses_country_code', expression: "country ~ '^[A-Z]{2}$'::text" },
    { name: 'addresses_version_positive', expression: 'version > 0' },
  ],
});

/** From where the owner of an account has logged in; see `known-places.ts`. */
export const KnownPlace = defineEntity({
  name: 'KnownPlace',
  tableName: 'known_places',
  properties: {
    key: p.text().primary(),
    account: () => p.manyToOne(Account).deleteRule('cascade').updateRule('no action').index(),
    until: p.datetime(3).index(),
  },
});

/** How often something was tried without success, by what is tried and by whom; see `attempts.ts`. */
export const Attempt = defineEntity({
  name: 'Attempt',
  tableName: 'attempts',
  properties: {
    key: p.text().primary(),
    count: p.integer(),
    nextAt: p.datetime(3),
    forgetAt: p.datetime(3).index(),
  },
  checks: [{ name: 'attempts_count_positive', expression: 'count > 0' }],
});

export const entities = [Account, Session, RefreshToken, EndedSession, PasswordReset, Address, KnownPlace, Attempt, ...eventLogEntities];
