import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { aboutReset } from '#kafka/sealed-data.ts';
import { createAccessTokenSigner, guest, type Identity } from '#platform/auth.ts';
import { createLogger } from '#platform/logger.ts';
import { type Database, openDatabase } from '#platform/postgres/database.ts';
import { createSeal, type Seal } from '#platform/sealed-text.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { migrations } from '../app.ts';
import { confirmEmail } from '../commands/confirm-email.ts';
import { register } from '../commands/register.ts';
import type { Caller, UserDependencies } from '../dependencies.ts';
import { entities } from '../entities.ts';
import { HashQueue } from '../hash-queue.ts';
import { createPasswords, type Passwords } from '../passwords.ts';

export const password = 'tea in the afternoon';

/** What accounts need, over a database of its own, with a clock that stands still until it is moved. */
export async function openTestUser({
  queue = { concurrent: 2, waiting: 100, waitMs: 10_000 },
  hashing = createPasswords(new HashQueue(queue)),
} = {}) {
  const testDatabase = await createTestDatabase('user');
  const logger = createLogger('user', 'silent');
  const database = await openDatabase({ url: testDatabase.url, entities, migrations, poolSize: 6, logger });
  await database.migrate();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signer = createAccessTokenSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 900);
  const checked: string[] = [];
  const passwords: Passwords = {
    ...hashing,
    verify(given, storedHash) {
      checked.push(given);
      return hashing.verify(given, storedHash);
    },
  };
  const seal = createSeal([{ id: 'test', bytes: randomBytes(32) }]);
  let now = Date.now();
  const deps: UserDependencies = {
    database,
    passwords,
    signer,
    seal,
    failureLimits: { maxFailures: 100, pauseSeconds: 900 },
    readEmailLink: (token) => JSON.parse(token),
    now: () => new Date(now),
    wakeRelay: () => {},
    logger,
  };
  return {
    database,
    deps,
    passwords,
    /** Each password that was compared with a hash, real or not. */
    checked,
    signer,
    /** Opens what mail would. */
    seal,
    logger,
    passSeconds(seconds: number) {
      now += seconds * 1000;
    },
    now: () => new Date(now),
    async close() {
      await database.close();
      await testDatabase.drop();
    },
  };
}

/** What the link of a mail to this address shows, as this service reads it. */
export const linkOf = (userId: string, email: string) => JSON.stringify({ userId, email });

/** A registered customer with a name of their own, who has opened the mail. */
export async function registerSomebody(deps: UserDependencies, username: string) {
  const registered = await register(deps, from(), { email: `${username}@example.com`, username, password });
  if (!('session' in registered)) throw new Error(registered.message);
  const { session } = registered;
  await confirmEmail(deps, guest, { token: linkOf(session.user.id, session.user.email) });
  return { session, id: session.user.id, identity: customer(session.user.id) };
}

export function customer(userId: string): Identity {
  return { kind: 'user', userId, role: 'CUSTOMER' };
}

export function admin(userId: string): Identity {
  return { kind: 'user', userId, role: 'ADMIN' };
}

export async function makeAdmin(database: Database, userId: string): Promise<Identity> {
  await database.query("UPDATE accounts SET role = 'ADMIN' WHERE id = $1", [userId]);
  return admin(userId);
}

/** What lies in the outbox, in order. */
export async function said(database: Database): Promise<{ type: string | null; key: string; data: Record<string, unknown> | null }[]> {
  const { rows } = await database.query<{ type: string | null; key: string; data: Record<string, unknown> | null }>(
    "SELECT headers ->> 'ce_type' AS type, key, value::jsonb AS data FROM outbox ORDER BY id",
  );
  return rows;
}

/** The token of the last link that was enqueued for a user, as mail reads it. */
export async function mailedToken({ database, seal }: { database: Database; seal: Seal }, userId: string): Promise<string> {
  const issued = (await said(database)).findLast(({ key, type }) => key === userId && type === 'user.password-reset-issued');
  const { sealedToken, expiresAt } = issued?.data ?? {};
  return seal.open(String(sealedToken), aboutReset(userId, String(expiresAt)));
}

/** A guest at this address. */
export const from = (clientAddress?: string): Caller => ({ identity: guest, clientAddress });
