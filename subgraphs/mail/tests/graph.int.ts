import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { guest, type Identity, signInternalToken } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { createLogger } from '#platform/logger.ts';
import { serveSubgraph } from '#platform/service/subgraph-server.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import { openSmtpSink } from '#tests/support/smtp-sink.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import type { MailDependencies } from '../dependencies.ts';
import { mailKinds } from '../letters.ts';
import { createLoaders } from '../loaders.ts';
import { createResolvers } from '../resolvers.ts';
import { anAccount, anOrder, aPaidOrder, event, orderId } from './events.ts';
import { openTestMail } from './fixture.ts';

jest.setTimeout(20_000);

const logger = createLogger('test', 'silent');
const secret = 'a secret of the tests of the mails';
const admin: Identity = { kind: 'user', userId: newId(), role: 'ADMIN' };
const customer: Identity = { kind: 'user', userId: newId(), role: 'CUSTOMER' };

type Mail = { kind: string; status: string; recipient: string | null; subject: string | null; text: string | null; reason: string | null };
type Answer = { data?: { _entities: ({ mails: Mail[] | null } | null)[] }; errors?: unknown };

/** Its graph alone: no sender touches the mails meanwhile. */
async function open(database: MailDependencies['database'], wakeSender: () => void = () => undefined) {
  const deps: MailDependencies = { database, wakeSender, logger };
  const running = await serveSubgraph({
    name: 'mail',
    typeDefs: readSubgraphSchema(new URL('../schema.graphql', import.meta.url)),
    resolvers: createResolvers(deps),
    host: '127.0.0.1',
    port: 0,
    internalTokenSecrets: secret,
    createLoaders: (identity) => createLoaders(deps, identity),
    readiness: async () => null,
    logger,
  });
  const fields = 'id kind status recipient subject text queuedAt sentAt attempts reason';
  const post = async (identity: Identity, query: string, variables: object = {}) => {
    const response = await fetch(running.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(identity, secret)}` },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
  return {
    stop: running.stop,
    post,
    async mailsOf(identity: Identity, ids: readonly string[]): Promise<(Mail[] | null)[]> {
      const { data, errors } = (await post(
        identity,
        `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { id mails { ${fields} } } } }`,
        { of: ids.map((id) => ({ __typename: 'Order', id })) },
      )) as Answer;
      expect(errors).toBeUndefined();
      return data?._entities.map((entity) => entity?.mails ?? null) ?? [];
    },
  };
}

describe('the mails of an order', () => {
  let testMail: Awaited<ReturnType<typeof openTestMail>>;
  let mail: Awaited<ReturnType<typeof open>>;

  beforeAll(async () => {
    testMail = await openTestMail();
    mail = await open(testMail.database);
  });
  beforeEach(() => testMail.empty());
  afterAll(async () => {
    await mail?.stop();
    await testMail?.close();
  });

  test('are visible to admins, in the order in which they were sent', async () => {
    const sink = await openSmtpSink();
    await testMail.handle(event('user.registered', anAccount()));
    await testMail.handle(event('order.paid', aPaidOrder()));
    await testMail.handle(event('order.shipped', anOrder('SHIPPED' as const)));
    const sender = testMail.startSender(sink.url);
    await waitFor('all to be sent', async () => (await testMail.statuses()).every((status) => status === 'SENT'));
    await sender.stop();
    await sink.stop();

    const [mails] = await mail.mailsOf(admin, [orderId.toUpperCase()]);

    expect(mails?.map(({ kind, status, recipient }) => [kind, status, recipient])).toEqual([
      ['RECEIPT', 'SENT', 'ana@example.com'],
      ['ORDER_SHIPPED', 'SENT', 'ana@example.com'],
    ]);
    expect(mails?.[0]).toMatchObject({
      id: expect.any(String),
      subject: 'Your receipt for order M-1001',
      text: expect.stringContaining('Lotus tea'),
      queuedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      sentAt: expect.stringMatching(/^\d{4}-.*Z$/),
      attempts: 1,
      reason: null,
    });
  });

  test('are visible before they are sent, without a text; a failure contains no address', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    await testMail.handle(event('order.paid', aPaidOrder()));
    await testMail.database.query("UPDATE mails SET reason = 'connect ECONNREFUSED 10.1.2.3:25', attempts = 2 WHERE order_id = $1", [
      orderId,
    ]);

    const [mails] = await mail.mailsOf(admin, [orderId]);

    expect(mails).toEqual([
      expect.objectContaining({
        status: 'QUEUED',
        recipient: null,
        subject: null,
        text: null,
        sentAt: null,
        attempts: 2,
        reason: 'The mail server does not answer.',
      }),
    ]);
  });

  test('are none for an order without mails, or an unknown one', async () => {
    expect(await mail.mailsOf(admin, [newId(), 'nonsense'])).toEqual([[], []]);
  });

  test.each([
    ['a guest', guest],
    ['a customer', customer],
  ])('are nothing for %s', async (_, identity) => {
    await testMail.handle(event('order.paid', aPaidOrder()));

    expect(await mail.mailsOf(identity, [orderId])).toEqual([null]);
  });

  test('have the kinds and statuses that the tables have', async () => {
    const { data } = (await mail.post(
      admin,
      '{ kinds: __type(name: "MailKind") { enumValues { name } } statuses: __type(name: "MailStatus") { enumValues { name } } }',
    )) as { data: Record<'kinds' | 'statuses', { enumValues: { name: string }[] }> };
    const { rows } = await testMail.database.query<{ definition: string }>(
      "SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'mails_status_known'",
    );

    expect(data.kinds.enumValues.map(({ name }) => name).toSorted()).toEqual([...mailKinds].toSorted());
    expect(data.statuses.enumValues.map(({ name }) => name)).toEqual(
      [...(rows[0]?.definition.matchAll(/'([A-Z_]+)'/g) ?? [])].map(([, name]) => name),
    );
  });
});

describe('mails that failed', () => {
  let testMail: Awaited<ReturnType<typeof openTestMail>>;
  let queued = 0;
  let mail: Awaited<ReturnType<typeof open>>;

  beforeAll(async () => {
    testMail = await openTestMail();
    mail = await open(testMail.database, () => {
      queued += 1;
    });
  });
  beforeEach(() => testMail.empty());
  afterAll(async () => {
    await mail?.stop();
    await testMail?.close();
  });

  const list = `query ($after: String) { failedMails(first: 2, after: $after) {
    totalCount edges { node { id kind status reason } } pageInfo { hasNextPage endCursor } } }`;
  const again = `mutation ($id: ID!) { sendMailAgain(input: { id: $id }) { __typename
    ... on SendMailAgainSuccess { mail { id status attempts } } ... on MailNotFailed { code } ... on InvalidInput { code } } }`;
  type Listed = {
    data: { failedMails: { totalCount: number; edges: { node: { id: string } }[]; pageInfo: { endCursor: string } } | null };
  };

  async function threeFailed() {
    for (let number = 0; number < 3; number += 1) await testMail.handle(event('user.registered', anAccount({ userId: newId() })));
    await testMail.handle(event('order.paid', aPaidOrder()));
    await testMail.database.query("UPDATE mails SET status = 'FAILED', reason = '550 no such mailbox' WHERE kind = 'WELCOME'");
  }

  test('are visible to admins, page by page, the newest first', async () => {
    await threeFailed();

    const one = (await mail.post(admin, list)) as Listed;
    const two = (await mail.post(admin, list, { after: one.data.failedMails?.pageInfo.endCursor })) as Listed;

    expect(one.data.failedMails).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const pages = [one, two].flatMap(({ data }) => data.failedMails?.edges ?? []).map(({ node }) => node);
    expect(pages).toEqual(
      [1, 2, 3].map(() => expect.objectContaining({ kind: 'WELCOME', status: 'FAILED', reason: '550 no such mailbox' })),
    );
    expect(new Set(pages.map(({ id }) => id)).size).toBe(3);
  });

  test('are hidden from other callers, who cannot send them again either', async () => {
    await threeFailed();
    const { rows } = await testMail.database.query<{ id: string }>('SELECT id FROM mails');

    expect(await mail.post(customer, list)).toMatchObject({ data: { failedMails: null } });
    expect(await mail.post(customer, again, { id: rows[0]?.id })).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect((await testMail.database.query("SELECT 1 FROM mails WHERE status = 'FAILED'")).count).toBe(3);
  });

  test('are sent again for an admin, once, and it is written down for whom', async () => {
    await threeFailed();
    const { rows } = await testMail.database.query<{ id: string }>("SELECT id FROM mails WHERE status = 'FAILED'");
    const id = rows[0]?.id;

    expect(await mail.post(admin, again, { id })).toEqual({
      data: { sendMailAgain: { __typename: 'SendMailAgainSuccess', mail: { id, status: 'QUEUED', attempts: 0 } } },
    });
    expect(await mail.post(admin, again, { id })).toEqual({
      data: { sendMailAgain: { __typename: 'MailNotFailed', code: 'MAIL_NOT_FAILED' } },
    });
    expect(await mail.post(admin, again, { id: 'nonsense' })).toEqual({
      data: { sendMailAgain: { __typename: 'InvalidInput', code: 'INVALID_INPUT' } },
    });
    expect(queued).toBe(1);
    const noted = await testMail.database.query<{ by: string }>('SELECT queued_again_by AS by FROM mails WHERE id = $1', [id]);
    expect(noted.rows).toEqual([{ by: (admin as { userId: string }).userId }]);
  });

  test('rejects a cursor that is none of this list', async () => {
    const cursorOf = (at: string, id: string) => Buffer.from(JSON.stringify([at, id])).toString('base64url');
    const far = cursorOf('+010000-01-01T00:00:00.000Z', newId());
    for (const after of ['nonsense', cursorOf('9999-99-99T00:00:00.000Z', 'x'), far])
      expect(await mail.post(admin, list, { after })).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
  });
});

describe('while the mails cannot be read', () => {
  const failing = (code: string) => async () => {
    throw Object.assign(new Error('connect to 10.1.2.3'), { code });
  };

  test.each([
    ['the database does not answer', failing('ECONNREFUSED')],
    ['the tables are not there yet', failing('42P01')],
    ['the database does not respond', () => new Promise<never>(() => undefined)],
  ])('because %s, an order has null for its mails, and no error', async (_, query) => {
    const mail = await open({ query, transaction: query });

    expect(await mail.mailsOf(admin, [newId()])).toEqual([null]);
    expect(await mail.post(admin, '{ failedMails { totalCount } }')).toEqual({ data: { failedMails: null } });
    await mail.stop();
  });

  test('none is sent again', async () => {
    const away = failing('ECONNREFUSED');
    const mail = await open({ query: away, transaction: away });

    expect(
      await mail.post(admin, 'mutation { sendMailAgain(input: { id: "01980000-0000-7000-8000-000000000001" }) { __typename } }'),
    ).toMatchObject({
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
    await mail.stop();
  });

  test('what is no outage is an error', async () => {
    const broken = failing('42601');
    const mail = await open({ query: broken, transaction: broken });

    expect(await mail.post(admin, '{ failedMails { totalCount } }')).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }] });
    await mail.stop();
  });
});
