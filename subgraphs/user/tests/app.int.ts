import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { guest, type Identity, keyIdOf, readPublicKeys, signInternalToken, verifyAccessToken } from '#platform/auth.ts';
import { loadConfig } from '#platform/config.ts';
import { createLogger } from '#platform/logger.ts';
import { createSealKey } from '#platform/sealed-text.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { startUser, userConfig } from '../app.ts';

const secret = 'a secret between gateway and subgraphs';
const admin = { email: 'admin@example.com', username: 'admin', password: 'the admin of the shop' };
let testDatabase: TestDatabase;
let user: Awaited<ReturnType<typeof startUser>>;
const heard: string[] = [];
const eventLog = createInProcessLog();

beforeAll(async () => {
  testDatabase = await createTestDatabase('user');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await eventLog.subscribe({
    group: 'test',
    memberId: 'test',
    topics: ['accounts'],
    from: 'beginning',
    minFetchIntervalMs: 1,
    async handle(deliveries) {
      heard.push(...deliveries.map((delivery) => delivery.headers['ce_type'] ?? 'tombstone'));
    },
  });
  const config = loadConfig(userConfig, {
    PORT: '0',
    ADMIN_PORT: '0',
    DATABASE_URL: testDatabase.url,
    INTERNAL_TOKEN_SECRET: secret,
    ACCESS_TOKEN_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().replaceAll('\n', '\\n'),
    MAIL_KEYS: createSealKey('test'),
    ADMIN_EMAIL: admin.email,
    ADMIN_USERNAME: admin.username,
    ADMIN_PASSWORD: admin.password,
  });
  user = await startUser(config, { eventLog, logger: createLogger('user', 'silent') });
});
afterAll(async () => {
  await user?.stop();
  await eventLog.close();
  await testDatabase?.drop();
});

type LoggedIn = { accessToken: string; expiresAt: string; user: { id: string } };
type Answer = { data: Record<string, never>; errors?: { extensions: { code: string } }[] };

async function ask(identity: Identity, query: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(user.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(identity, secret)}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

const logIn = `mutation ($input: LogInInput!) { logIn(input: $input) {
  __typename ... on LogInSuccess { session { accessToken expiresAt user { id email role createdAt addresses { id } } } }
} }`;

describe('the subgraph over HTTP', () => {
  it('lets the first admin log in with a token that its public keys verify', async () => {
    const { data } = await ask(guest, logIn, { input: { login: admin.username, password: admin.password } });
    const { session } = data['logIn'] as unknown as { session: LoggedIn };
    const jwks = (await (await fetch(new URL('/.well-known/jwks.json', user.url))).json()) as { keys: object[] };
    const key = readPublicKeys(jwks).get(keyIdOf(session.accessToken) ?? '');
    if (!key) throw new Error('the key is not among the public ones');
    const { identity, expiresAt } = verifyAccessToken(session.accessToken, key);

    expect(session.user).toMatchObject({ email: admin.email, role: 'ADMIN', addresses: [] });
    expect(identity).toEqual({ kind: 'user', userId: session.user.id, role: 'ADMIN' });
    expect(expiresAt.toISOString()).toBe(session.expiresAt);
    expect(Object.keys(jwks.keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('reports that it is ready', async () => {
    expect(await (await fetch(new URL('/readyz', user.url))).json()).toEqual({ status: 'ready' });
  });

  it('shows an account to the person and to admins, and null to strangers and guests', async () => {
    const registered = await ask(
      guest,
      'mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { session { user { id } } } ... on UserError { message } } }',
      { input: { email: 'ana@example.com', username: 'ana', password: 'tea in the afternoon' } },
    );
    const { id } = (registered.data['register'] as unknown as { session: LoggedIn }).session.user;
    const other = '01980000-0000-7000-8000-000000000001';
    const query = 'query ($of: [_Any!]!) { me { username } _entities(representations: $of) { ... on User { username email role } } }';
    const seenBy = async (identity: Identity) => {
      const { data } = await ask(identity, query, {
        of: [id, other, 'nonsense'].map((one) => ({ __typename: 'User', id: one })),
      });
      return { entities: data['_entities'], me: data['me'] };
    };
    const shown = { username: 'ana', email: 'ana@example.com', role: 'CUSTOMER' };

    expect(await seenBy({ kind: 'user', userId: id, role: 'CUSTOMER' })).toEqual({
      entities: [shown, null, null],
      me: { username: 'ana' },
    });
    expect(await seenBy({ kind: 'user', userId: other, role: 'ADMIN' })).toEqual({ entities: [shown, null, null], me: null });
    expect(await seenBy({ kind: 'user', userId: other, role: 'CUSTOMER' })).toEqual({ entities: [null, null, null], me: null });
    expect(await seenBy(guest)).toEqual({ entities: [null, null, null], me: null });
  });

  it('answers with a user error that names the field, and with a code where an account is needed', async () => {
    const rejected = await ask(
      guest,
      'mutation { register(input: { email: "x", username: "y", password: "z" }) { ... on InvalidInput { code problems { field } } } }',
    );
    const guestly = await ask(guest, 'mutation { removeAddress(input: { id: "x" }) { __typename } }');

    expect(rejected.data['register']).toEqual({
      code: 'INVALID_INPUT',
      problems: [{ field: 'email' }, { field: 'username' }, { field: 'password' }],
    });
    expect(guestly.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('publishes its events', async () => {
    await waitFor('two accounts on the topic', () => heard.filter((type) => type === 'user.registered').length === 2);
  });
});

describe('the configuration', () => {
  it('rejects a key that is no RSA key, with the reason', () => {
    const env = { DATABASE_URL: 'postgres://x/y', INTERNAL_TOKEN_SECRET: secret, ACCESS_TOKEN_PRIVATE_KEY: 'no key' };

    expect(() => loadConfig(userConfig, env)).toThrow('ACCESS_TOKEN_PRIVATE_KEY: must be an RSA private key of 2048 bits or more in PEM');
  });
});
