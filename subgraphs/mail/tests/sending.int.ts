import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '#kafka/contracts.ts';
import { aboutReset } from '#kafka/sealed-data.ts';
import { newId } from '#platform/ids.ts';
import { createSeal } from '#platform/sealed-text.ts';
import { cutConnections } from '#tests/support/postgres.ts';
import { openSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { openMailServer } from '../mail-server.ts';
import { queueAgain } from '../mails.ts';
import { anAccount, anOrder, aPaidOrder, euros, event, orderId, userId } from './events.ts';
import { openTestMail, seal } from './fixture.ts';

let testMail: Awaited<ReturnType<typeof openTestMail>>;
beforeAll(async () => {
  testMail = await openTestMail();
});
beforeEach(() => testMail.empty());
afterAll(() => testMail?.close());

/** Runs with a mail server and a sender until `done`, then ends both. */
async function withSender<T>(sink: SmtpSink, done: () => Promise<T>): Promise<T> {
  const sender = testMail.startSender(sink.url);
  try {
    return await done();
  } finally {
    await sender.stop();
    await sink.stop();
  }
}

const allSent = (count: number) =>
  waitFor(`${count} mails to be sent`, async () => (await testMail.statuses()).filter((status) => status === 'SENT').length === count);

describe('migrations', () => {
  it('leave no drift from the entities', async () => {
    expect(await testMail.database.orm.schema.getUpdateSchemaSQL()).toBe('');
  });
});

describe('a mail', () => {
  it('belongs to its order, and one about an account to none', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    await testMail.handle(event('order.paid', aPaidOrder()));

    const { rows } = await testMail.database.query('SELECT kind, order_id FROM mails ORDER BY kind');
    expect(rows).toEqual([
      { kind: 'RECEIPT', order_id: orderId },
      { kind: 'WELCOME', order_id: null },
    ]);
  });

  it('that was queued by the release before finds its order, as long as it has the data of its event', async () => {
    await testMail.handle(event('order.paid', aPaidOrder()));
    await testMail.handle(event('user.registered', anAccount()));
    await testMail.database.orm.migrator.down();
    await testMail.database.migrate();

    const { rows } = await testMail.database.query('SELECT kind, order_id FROM mails ORDER BY kind');
    expect(rows).toEqual([
      { kind: 'RECEIPT', order_id: orderId },
      { kind: 'WELCOME', order_id: null },
    ]);
  });
});

describe('a claimed address', () => {
  const kinds = async () => (await testMail.database.query('SELECT kind, recipient FROM mails ORDER BY kind, recipient')).rows;

  it('gets a link, word that it has an account already, or nothing', async () => {
    const claims = ['link', 'in-use', 'none'] as const;
    for (const addressMail of claims) {
      const email = `${addressMail}@example.com`;
      await testMail.handle(event('user.registered', { ...anAccount({ userId: newId(), email }), addressMail }));
      await testMail.handle(
        event('user.email-changed', { ...anAccount({ userId: newId(), email: `new-${email}` }), previousEmail: email, addressMail }),
      );
    }

    expect(await kinds()).toEqual([
      { kind: 'ADDRESS_IN_USE', recipient: 'in-use@example.com' },
      { kind: 'ADDRESS_IN_USE', recipient: 'new-in-use@example.com' },
      { kind: 'EMAIL_CHANGED', recipient: 'new-link@example.com' },
      { kind: 'EMAIL_CHANGED_NOTICE', recipient: 'in-use@example.com' },
      { kind: 'EMAIL_CHANGED_NOTICE', recipient: 'link@example.com' },
      { kind: 'EMAIL_CHANGED_NOTICE', recipient: 'none@example.com' },
      { kind: 'WELCOME', recipient: 'link@example.com' },
    ]);
  });

  it('has no copy of its link kept', async () => {
    await testMail.handle(event('user.registered', { ...anAccount(), addressMail: 'link' }));
    const sink = await openSmtpSink();
    await withSender(sink, () => allSent(1));

    expect(sink.mails[0]?.body).toContain('confirm-email');
    expect((await testMail.database.query('SELECT data, text, html FROM mails')).rows).toEqual([{ data: null, text: null, html: null }]);
  });
});

describe('a receipt', () => {
  it('goes once to the address of the customer, though the event comes twice', async () => {
    const paid = event('order.paid', aPaidOrder());
    await testMail.handle(event('user.registered', anAccount()));
    await testMail.handle(paid);
    await testMail.handle(paid);
    const sink = await openSmtpSink();

    await withSender(sink, () => allSent(2));

    const receipts = sink.mails.filter((mail) => mail.headers.includes('receipt'));
    expect(receipts).toHaveLength(1);
    expect(receipts[0]).toMatchObject({ from: 'shop@marigold.example', to: ['ana@example.com'] });
    expect(receipts[0]?.body).toContain('Lotus tea');
    expect(receipts[0]?.body).toContain('€1,250.00');
    expect(receipts[0]?.messageId).toMatch(/^<[0-9a-f]{40}@marigold\.example>$/);
  });

  it('waits for an address that is not known yet', async () => {
    await testMail.handle(event('order.paid', aPaidOrder()));
    const before = await testMail.statuses();
    await testMail.handle(event('user.registered', anAccount({ email: 'late@example.com' })));
    const sink = await openSmtpSink();

    await withSender(sink, () => allSent(2));

    expect(before).toEqual(['WAITING_FOR_ADDRESS']);
    expect(sink.mails.map((mail) => mail.to)).toEqual([['late@example.com'], ['late@example.com']]);
  });

  it('is released by the sweep when two processes handled order and address at the same moment', async () => {
    // neither transaction saw the other
    await testMail.handle(event('order.paid', aPaidOrder()));
    await testMail.database.query("INSERT INTO recipients (user_id, version, email, username) VALUES ($1, 1, 'ana@example.com', 'ana')", [
      userId,
    ]);
    const sink = await openSmtpSink();

    await withSender(sink, () => allSent(1));

    expect(sink.mails).toHaveLength(1);
  });

  it('shows a script in a name as text', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    await testMail.handle(
      event('order.paid', aPaidOrder({ lines: [{ productId: newId(), name: '<script>x</script>', quantity: 1, unitPrice: euros(1) }] })),
    );
    const sink = await openSmtpSink();

    await withSender(sink, () => allSent(2));

    const html = sink.mails.map((mail) => mail.body.split('text/html')[1] ?? '').join();
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script');
  });
});

describe('a mail server', () => {
  it('is understood: busy, silent or refusing for one mail, or away for all', async () => {
    const sink = await openSmtpSink(0, {
      recipient: (address) => (/^\d/.test(address) ? `${address.slice(0, 3)} as you see` : '250 ok'),
      mail: ({ to }) => (to[0] === 'silence@a.example' ? 'silence' : '554 not such a mail'),
    });
    const from = { name: 'Marigold', address: 'shop@marigold.example' };
    const [server, impatient] = [openMailServer(sink.url, from, 5), openMailServer(sink.url, from, 1, 200)];
    const resultOf = async (to: string, asked = server) =>
      (await asked.deliver({ to, messageId: 'id', subject: 'Tea', text: 'Tea', html: '<p>Tea</p>' })).result;
    const about = ['421@a.example', '450@a.example', '550@a.example', 'bad-text@a.example', 'no address'];

    const results = await Promise.all(about.map((to) => resultOf(to)));
    const silence = await resultOf('silence@a.example', impatient);
    await sink.stop();
    const afterwards = await resultOf('ana@a.example');
    server.close();
    impatient.close();

    expect(results).toEqual(['later', 'later', 'rejected', 'rejected', 'rejected']);
    expect(silence).toBe('later');
    expect(afterwards).toBe('away');
  });

  it.each([
    ['hangs up', 'hang-up'],
    ['answers in no words of SMTP', 'hello, stranger'],
    ['answers with a number that is none', '99 what'],
    ['answers bytes', '\0\x01\xff'],
  ])('that %s is at odds with this mail, not away: at the recipient and after the text', async (_, answer) => {
    const sink = await openSmtpSink(0, {
      recipient: (address) => (address.startsWith('odd') ? answer : '250 ok'),
      mail: () => (answer === 'hang-up' ? 'hang-up' : 'taken or not'),
    });
    const server = openMailServer(sink.url, { name: 'Marigold', address: 'shop@marigold.example' }, 5);
    const deliver = (to: string) => server.deliver({ to, messageId: 'id', subject: 'Tea', text: 'Tea', html: '<p>Tea</p>' });

    const results = await Promise.all(['odd@a.example', 'text@a.example'].map((to) => deliver(to)));
    server.close();
    await sink.stop();

    expect(results).toEqual([
      { result: answer === 'hang-up' ? 'interrupted' : 'later', reason: expect.any(String) },
      { result: answer === 'hang-up' ? 'interrupted' : 'later', reason: expect.any(String) },
    ]);
  });

  it.each([
    ['sixty silent recipients of sixty domains', 60, (n: number) => `silent@host-${n}.example`],
    ['fifteen silent ones at the same provider', 15, (n: number) => `silent-${n}@example.com`],
    ['three hundred silent ones', 300, (n: number) => `silent@host-${n % 150}.example`],
  ])('that is silent for %s delivers a good mail while none of them is answered', async (_, count, address) => {
    for (let n = 0; n < count; n += 1) await testMail.handle(event('user.registered', anAccount({ userId: newId(), email: address(n) })));
    await testMail.handle(event('user.registered', anAccount()));
    const sink = await openSmtpSink(0, { mail: ({ to }) => (to[0]?.startsWith('silent') ? 'silence' : '250 taken') });
    // a retry interval beyond the test, and a silence of hosts that is longer than the test
    const sender = testMail.startSender(sink.url, { refusedMs: 3_600_000, slowAfterMs: 50 });
    try {
      await allSent(1);
      const good = sink.mails.findIndex(({ to }) => to[0] === 'ana@example.com');
      const { rows } = await testMail.database.query<{ status: string }>("SELECT DISTINCT status FROM mails WHERE status <> 'SENT'");
      const { rows: told } = await testMail.database.query("SELECT reason FROM mails WHERE reason LIKE '%said nothing%'");

      expect(good).toBeGreaterThanOrEqual(0);
      expect(rows).toEqual([{ status: 'QUEUED' }]);
      // no mail waited for the timeout of another host
      expect(told).toEqual([]);
    } finally {
      await sender.stop();
      await sink.stop();
    }
  });

  it('that hangs up on some recipients is not taken for one that is away', async () => {
    for (let n = 0; n < 15; n += 1) {
      await testMail.handle(event('user.registered', anAccount({ userId: newId(), email: `odd@host-${n}.example` })));
    }
    const sink = await openSmtpSink(0, { recipient: (address) => (address.startsWith('odd') ? 'hang-up' : '250 ok') });
    // a pause that is longer than the test
    const sender = testMail.startSender(sink.url, { awayLongestMs: 3_600_000, awayFirstMs: 3_600_000 });
    try {
      const tried = async () => (await testMail.database.query('SELECT FROM mails WHERE reason IS NOT NULL')).count;
      await waitFor('all to be tried', async () => (await tried()) === 15);
      await testMail.handle(event('user.registered', anAccount()));
      await allSent(1);
    } finally {
      await sender.stop();
      await sink.stop();
    }
  });

  it('that is away delays mail and loses none', async () => {
    const gone = await openSmtpSink();
    await gone.stop();
    await testMail.handle(event('user.registered', anAccount()));
    for (let n = 0; n < 12; n += 1) await testMail.handle(event('order.paid', aPaidOrder({ orderId: newId() })));
    const sender = testMail.startSender(gone.url);
    await waitFor('an attempt', async () => (await testMail.database.query('SELECT FROM mails WHERE attempts > 1')).count > 0);

    const back = await openSmtpSink(gone.port);
    await allSent(13);
    await sender.stop();
    await back.stop();

    expect(new Set(back.mails.map((mail) => mail.messageId)).size).toBe(13);
  });

  it('that rejects an address for good is asked once, and the mail has failed, with the reason', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    const asked: string[] = [];
    const sink = await openSmtpSink(0, {
      recipient(address) {
        asked.push(address);
        return '550 no such mailbox';
      },
    });

    await withSender(sink, () => waitFor('the end', async () => (await testMail.statuses())[0] === 'FAILED'));

    expect(asked).toHaveLength(1);
    expect((await testMail.state()).mails[0]).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('550 no such mailbox') });
  });

  it('that rejects a text for good is given it once', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    const sink = await openSmtpSink(0, { mail: () => '554 not such a mail' });

    await withSender(sink, () => waitFor('the end', async () => (await testMail.statuses())[0] === 'FAILED'));

    expect(sink.mails).toHaveLength(1);
  });

  it.each([
    // more than are ever under way at once
    [40, 'at one host', (number: number) => `silent-${number}@silent.example`],
    [15, 'each at a host of its own', (number: number) => `ana@silent-${number}.example`],
  ])('that is silent after the text for %d recipients delays no other mail: %s', async (length, _, addressOf) => {
    const silent = Array.from({ length }, (_one, number) => anAccount({ userId: newId(), email: addressOf(number) }));
    const others = Array.from({ length: 10 }, (_one, number) => anAccount({ userId: newId(), email: `bo-${number}@good.example` }));
    for (const account of [...silent, ...others]) await testMail.handle(event('user.registered', account));
    const isSilent = (to: readonly string[]) => to.some((address) => address.includes('silent'));
    const sink = await openSmtpSink(0, { mail: ({ to }) => (isSilent(to) ? 'silence' : '250 taken') });

    const { rows } = await withSender(sink, async () => {
      await allSent(10);
      return testMail.database.query("SELECT reason FROM mails WHERE status = 'QUEUED'");
    });

    // none of the silent ones had come to its end by then
    expect(rows).toEqual(silent.map(() => ({ reason: null })));
    expect(sink.mails.filter(({ to }) => isSilent(to)).length).toBeGreaterThan(0);
  });

  it('that is busy with some addresses only (421, 450) is asked again for those, and has the others at once', async () => {
    const asked = new Map<string, number>();
    for (const email of ['good-1@a.example', '421@a.example', 'good-2@a.example', '450@a.example', 'good-3@a.example'])
      await testMail.handle(event('user.registered', anAccount({ userId: newId(), email })));
    const sink = await openSmtpSink(0, {
      recipient(address) {
        const times = (asked.get(address) ?? 0) + 1;
        asked.set(address, times);
        return /^4/.test(address) && times < 4 ? `${address.slice(0, 3)} come back later` : '250 ok';
      },
    });

    await withSender(sink, () => allSent(5));

    expect(Object.fromEntries(asked)).toEqual({
      'good-1@a.example': 1,
      'good-2@a.example': 1,
      'good-3@a.example': 1,
      '421@a.example': 4,
      '450@a.example': 4,
    });
  });

  it('that wants a mail later again and again is asked ever more seldom, at least once an hour', async () => {
    const minutesAfter = async (attempts: number) => {
      await testMail.empty();
      await testMail.handle(event('user.registered', anAccount()));
      await testMail.database.query('UPDATE mails SET attempts = $1', [attempts - 1]);
      const sink = await openSmtpSink(0, { recipient: () => '450 come back later' });
      const select = 'SELECT (extract(epoch FROM next_attempt_at - now()) / 60)::float8 AS minutes FROM mails WHERE reason IS NOT NULL';
      const look = async () => (await testMail.database.query<{ minutes: number }>(select)).rows[0]?.minutes;
      return Math.round(await withSender(sink, () => waitFor('the user error', look)));
    };

    // 10 ms, doubled with each attempt
    expect([await minutesAfter(16), await minutesAfter(18), await minutesAfter(30)]).toEqual([5, 22, 60]);
  });

  it('that wants a mail later for a whole day is not asked any more', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    await testMail.database.query("UPDATE mails SET attempts = 30, give_up_at = now() - interval '1 second'");
    const sink = await openSmtpSink(0, { recipient: () => '450 come back later' });

    await withSender(sink, () => waitFor('the end', async () => (await testMail.statuses())[0] === 'FAILED'));

    expect((await testMail.state()).mails[0]).toMatchObject({ reason: expect.stringMatching(/^Tried for a day\. .*450 come back later/) });
  });

  it('gets a failed mail again when an admin resends it, the same mail, and the admin is recorded', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    await testMail.handle(aReset('2100-01-01T00:00:00.000Z'));
    const refusing = await openSmtpSink(0, { recipient: () => '550 no such mailbox' });
    await withSender(refusing, () => waitFor('the end', async () => (await testMail.statuses()).every((status) => status === 'FAILED')));
    const { rows } = await testMail.database.query<{ id: string; kind: string }>('SELECT id, kind FROM mails ORDER BY kind');
    const [reset, welcome] = rows;
    const adminId = newId();

    // a link to set a password is not kept
    expect(await queueAgain(testMail.database, reset?.id ?? '', adminId)).toBe(false);
    expect(await queueAgain(testMail.database, welcome?.id ?? '', adminId)).toBe(true);
    expect(await queueAgain(testMail.database, welcome?.id ?? '', adminId)).toBe(false);
    const sink = await openSmtpSink();
    await withSender(sink, () => allSent(1));

    expect(sink.mails.map(({ to }) => to)).toEqual([['ana@example.com']]);
    const noted = await testMail.database.query("SELECT queued_again_by, status FROM mails WHERE kind = 'WELCOME'");
    expect(noted.rows).toEqual([{ queued_again_by: adminId, status: 'SENT' }]);
  });

  it('that is busy with one address keeps being asked', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    let asked = 0;
    const sink = await openSmtpSink(0, {
      recipient() {
        asked += 1;
        return asked < 5 ? '450 come back later' : '250 ok';
      },
    });

    await withSender(sink, () => allSent(1));

    expect(asked).toBe(5);
  });

  it('that hangs up after it took a mail gets the same Message-ID again', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    let times = 0;
    const sink = await openSmtpSink(0, {
      mail() {
        times += 1;
        return times === 1 ? 'hang-up' : '250 taken';
      },
    });

    await withSender(sink, () => allSent(1));

    expect(sink.mails).toHaveLength(2);
    expect(new Set(sink.mails.map((mail) => mail.messageId)).size).toBe(1);
  });

  it('gets each mail from one of two processes only', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    for (let n = 0; n < 30; n += 1) await testMail.handle(event('order.paid', aPaidOrder({ orderId: newId() })));
    const sink = await openSmtpSink();
    const other = testMail.startSender(sink.url);

    await withSender(sink, () => allSent(31));
    await other.stop();

    expect(sink.mails).toHaveLength(31);
  });
});

describe('a database that cuts every connection', () => {
  it('loses no mail, and has none sent twice', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    let cut: Promise<unknown> | undefined;
    const sink = await openSmtpSink(0, {
      mail() {
        // after the mail was taken, before that can be written down
        cut ??= cutConnections(testMail.url);
        return '250 taken';
      },
    });

    await withSender(sink, () => allSent(1));
    await cut;

    expect(sink.mails).toHaveLength(1);
  });
});

describe('a closed account', () => {
  it('gets no mail any more, and nothing of it is kept', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    await testMail.handle(event('order.paid', aPaidOrder()));
    await testMail.handle(event('user.deleted', { userId, version: 2 }));
    await testMail.handle(event('order.shipped', anOrder('SHIPPED' as const)));
    const sink = await openSmtpSink();

    await withSender(sink, () => testMail.handle(event('order.refunded', anOrder('REFUNDED' as const))));

    const { mails, recipients } = await testMail.state();
    expect(sink.mails).toEqual([]);
    expect(mails.map(({ status, recipient, data }) => ({ status, recipient, data }))).toEqual(
      mails.map(() => ({ status: 'SKIPPED', recipient: null, data: null })),
    );
    expect(recipients).toEqual([{ user_id: userId, version: 2, email: null, username: null }]);
  });
});

describe('a new address', () => {
  it('is mailed to the new one and to the one before, and gets the pending mails', async () => {
    await testMail.handle(event('user.registered', anAccount()));
    await testMail.handle(event('order.paid', aPaidOrder()));
    await testMail.handle(
      event('user.email-changed', { ...anAccount({ version: 2, email: 'new@example.com' }), previousEmail: 'ana@example.com' }),
    );
    const sink = await openSmtpSink();

    await withSender(sink, () => allSent(4));

    const to = (subject: string) => sink.mails.find((mail) => mail.headers.includes(subject))?.to;
    expect(to('Your email address at Marigold was changed')).toEqual(['ana@example.com']);
    expect(to('Your new email address at Marigold')).toEqual(['new@example.com']);
    expect(to('receipt')).toEqual(['new@example.com']);
  });
});

/** With a token that only mail can read. */
function aReset(expiresAt: string) {
  const account = anAccount();
  const sealedToken = seal.seal('secret-token', aboutReset(account.userId, expiresAt));
  return event('user.password-reset-issued', { ...account, sealedToken, expiresAt });
}

describe('a password reset', () => {
  it('is sent with its link, of which no copy is kept', async () => {
    await testMail.handle(aReset('2100-01-01T00:00:00.000Z'));
    const sink = await openSmtpSink();

    await withSender(sink, () => allSent(1));

    const { rows } = await testMail.database.query('SELECT data, text, html FROM mails');
    expect(sink.mails[0]?.body).toContain('https://shop.example/reset-password?token=secret-token');
    expect(rows).toEqual([{ data: null, text: null, html: null }]);
  });

  it('is stored in the queue so that only mail can read it', async () => {
    await testMail.handle(aReset('2100-01-01T00:00:00.000Z'));

    const { rows } = await testMail.database.query<{ mail: string }>('SELECT mails::text AS mail FROM mails');
    expect(rows.map(({ mail }) => mail)).toEqual([expect.not.stringContaining('secret-token')]);
    expect(rows[0]?.mail).toContain('sealedToken');
  });

  it('that was sealed with a removed key fails, and delays no other', async () => {
    const { sealedToken: _, ...data } = aReset('2100-01-01T00:00:00.000Z').data;
    const lost = createSeal([{ id: 'lost', bytes: randomBytes(32) }]).seal('secret-token', aboutReset(data.userId, data.expiresAt));
    await testMail.handle(event('user.password-reset-issued', { ...data, sealedToken: lost }));
    await testMail.handle(event('user.registered', anAccount()));
    const sink = await openSmtpSink();

    await withSender(sink, () => waitFor('both ends', async () => (await testMail.statuses()).toSorted().join() === 'FAILED,SENT'));

    expect(sink.mails).toHaveLength(1);
  });

  it('is not sent when the link has expired', async () => {
    await testMail.handle(aReset('2020-01-01T00:00:00.000Z'));
    const sink = await openSmtpSink();

    await withSender(sink, () => waitFor('the end', async () => (await testMail.statuses())[0] === 'SKIPPED'));

    expect(sink.mails).toEqual([]);
  });
});

describe('events in any order, each of them twice', () => {
  const story: DomainEvent[] = [
    event('user.registered', anAccount()),
    event('user.email-changed', { ...anAccount({ version: 2, email: 'new@example.com' }), previousEmail: 'ana@example.com' }),
    event('order.paid', aPaidOrder()),
    event('order.cancelled', { ...anOrder('CANCELLED' as const), reason: 'OUT_OF_STOCK' }),
  ];
  const ending = event('user.deleted', { userId, version: 3 });

  it.each([
    ['an account that lives', story],
    ['an account that is closed', [...story.slice(0, 3), ending]],
  ])('end in the same state: %s', async (_, events) => {
    const states = new Set<string>();
    for (const order of permutations(events)) {
      await testMail.empty();
      for (const one of [...order, ...order]) await testMail.handle(one);
      states.add(JSON.stringify(await testMail.state()));
    }

    expect([...states]).toHaveLength(1);
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
