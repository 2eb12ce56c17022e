import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEvent } from '#kafka/events.ts';
import { newId } from '#platform/ids.ts';
import { cancelOrder } from '../commands/cancel-order.ts';
import type { Order } from '../orders.ts';
import type { AllArguments } from '../queries/order-pages.ts';
import { findOrderPage } from '../queries/order-pages.ts';
import { searchTextOf } from '../search-orders.ts';
import { aCustomer, address, admin, aPurchase, events, type OrderFixture, openOrderFixture } from './fixture.ts';

let fixture: OrderFixture;
const linh = aCustomer();
const ada = aCustomer();
let toDaNang: Order;
let cancelled: Order;
let others: Order;
let toDublin: Order;

const registered = (userId: string, username: string, email: string, version = 1) =>
  createEvent('user.registered', userId, { userId, version, username, email });

beforeAll(async () => {
  fixture = await openOrderFixture();
  await fixture.handle(
    registered(linh.userId, 'linh_tran', 'linh.tran@example.com'),
    registered(ada.userId, 'ada', 'countess@example.org'),
  );
  const to = (name: string) => aPurchase({ shippingAddress: { ...address, name } });
  toDaNang = await fixture.place(linh, to('Nguyễn Thị Đào'));
  cancelled = await fixture.place(linh, to('Trần Văn Łukasz'));
  others = await fixture.place(ada, to('100%_sure \\ Ada'));
  toDublin = await fixture.place(aCustomer(), to("Maeve O'Brien D’Arcy"));
  await fixture.handle(events.notReserved(cancelled.id));
});
afterAll(() => fixture.close());

const page = (wanted: Partial<AllArguments>, who = admin) => findOrderPage(fixture.deps, who, { first: 20, ...wanted });
async function found(search: string, who = admin): Promise<string[]> {
  const { edges, countAll } = await page({ search }, who);
  expect(await countAll()).toBe(edges.length);
  return edges.map(({ node }) => node.id).toReversed();
}

describe('an admin finds orders by', () => {
  test('part of the number, written as people do', async () => {
    const plain = toDaNang.number.replaceAll('-', '').toLowerCase();

    expect(await found(toDaNang.number)).toEqual([toDaNang.id]);
    expect(await found(plain.slice(2))).toEqual([toDaNang.id]);
    expect(await found(`  ${toDaNang.number.slice(3).toLowerCase()} `)).toEqual([toDaNang.id]);
  });

  test.each([
    ['an en dash, as word processors write it', '\u2013'],
    ['a non-breaking hyphen', '\u2011'],
    ['a minus sign', '\u2212'],
    ['a soft hyphen', '\u00ad'],
    ['the long vowel mark of a Japanese keyboard', '\u30fc'],
  ])('the number with %s for its hyphens', async (_, dash) => {
    const written = `\u00a0${toDaNang.number.replaceAll('-', dash)}\u202f`;

    expect(await found(written)).toEqual([toDaNang.id]);
    const { edges } = await page({ number: written });
    expect(edges.map(({ node }) => node.id)).toEqual([toDaNang.id]);
  });

  test("the recipient's name without its accents, in any order", async () => {
    expect(await found('dao nguyen')).toEqual([toDaNang.id]);
    expect(await found('ĐÀO')).toEqual([toDaNang.id]);
    expect(await found('lukasz')).toEqual([cancelled.id]);
  });

  test("the customer's username and e-mail address", async () => {
    expect(await found('LINH_tr')).toEqual([toDaNang.id, cancelled.id]);
    expect(await found('tran@example')).toEqual([toDaNang.id, cancelled.id]);
    expect(await found('countess')).toEqual([others.id]);
  });

  test('words of both, all of which must be found', async () => {
    expect(await found('linh_tran dao')).toEqual([toDaNang.id]);
    expect(await found('ada dao')).toEqual([]);
  });

  test.each(["o'brien", 'o’brien', 'O‘Brien', 'o´brien', 'O`BRIEN', 'oʼbrien'])(
    'a name with whatever apostrophe a keyboard has: %s',
    async (typed) => {
      expect(await found(typed)).toEqual([toDublin.id]);
      expect(await found('d´arcy')).toEqual([toDublin.id]);
    },
  );

  test.each([
    ['as a mail has it', 'Łukasz <linh.tran@example.com>'],
    ['the family name first', 'Trần, Văn, Łukasz'],
    ['between quotation marks', '“Łukasz”'],
    ['between brackets', '(Łukasz)'],
    ['at the end of a sentence', 'Văn Łukasz.'],
  ])('what is copied with the signs around it, %s', async (_, copied) => {
    expect(await found(copied)).toEqual([cancelled.id]);
  });

  test('a number with the signs around it', async () => {
    for (const copied of [`#${toDaNang.number}`, `${toDaNang.number}.`, `“${toDaNang.number}”`])
      expect(await found(copied)).toEqual([toDaNang.id]);
  });

  test('signs that mean something elsewhere, for what they are', async () => {
    expect(await found('100%_sure \\')).toEqual([others.id]);
    expect(await found('%')).toEqual([others.id]);
    expect(await found('\0')).toEqual([]);
    expect(await found(' ')).toHaveLength(4);
    expect(await found('#')).toEqual([]);
    expect(await found('’')).toEqual([toDublin.id]);
  });
});

test('the number is found with letters for the digits that look like them, in full and in part, as by the number alone', async () => {
  const number = 'M-1A0B-C1D0';
  const { id } = await fixture.place(aCustomer());
  const text = searchTextOf(number, 'Olli');
  await fixture.database.query('UPDATE orders SET number = $2, search_text = $3 WHERE id = $1', [id, number, text]);

  for (const written of ['M-IA0B-CLDO', 'm-la0b-cido', 'M-1AOB-CIDO', 'M‑IAOB‑CIDO'])
    for (const part of [written, written.slice(2), written.slice(2, 9), written.replaceAll(/[^a-z0-9]/gi, '')])
      expect([part, await found(part)]).toEqual([part, [id]]);
  expect(await found('iaob-cido olli')).toEqual([id]);
  const { edges } = await page({ number: 'm-la0b-cido' });
  expect(edges.map(({ node }) => node.id)).toEqual([id]);
});

test('recipients of all scripts are folded as new ones when they are migrated, and back', async () => {
  const names = ['हिन्दी शर्मा', 'ガラス', 'مُحَمَّد أحمد', 'Zoë Łęcka'];
  const customer = aCustomer();
  const orders = await Promise.all(names.map((name) => fixture.place(customer, aPurchase({ shippingAddress: { ...address, name } }))));
  const texts = async () => {
    const { rows } = await fixture.database.query<{ text: string }>(
      'SELECT search_text AS text FROM orders WHERE user_id = $1 ORDER BY array_position($2::uuid[], id)',
      [customer.userId, orders.map(({ id }) => id)],
    );
    return rows.map(({ text }) => text.split(' ').slice(2).join(' '));
  };
  const written = await texts();

  const { migrator } = fixture.database.orm;
  await migrator.down({ to: '20261127233000-order-search-index' });
  expect(await texts()).toEqual(['हनद शरम', 'カラス', 'محمد احمد', 'zoe lecka']);
  await fixture.database.migrate();
  expect(await texts()).toEqual(written);
  expect(written).toEqual(['हिन्दी शर्मा', 'ガラス', 'محمد أحمد', 'zoe lecka']);
  expect(await found('हिन्दी')).toEqual([orders[0]?.id]);
});

test('customers find among their own orders only', async () => {
  expect(await found('dao', linh)).toEqual([toDaNang.id]);
  expect(await found('dao', ada)).toEqual([]);
});

test('counts are of everything that is found, by status and reason, and add up', async () => {
  const counts = async (wanted: Partial<AllArguments>, who = admin) =>
    (await (await page({ first: 1, ...wanted }, who)).countByStatus()).toSorted((one, other) => one.status.localeCompare(other.status));

  expect(await counts({ search: 'linh_tran', status: 'PENDING', cancelReason: 'TIMED_OUT' })).toEqual([
    { status: 'CANCELLED', cancelReason: 'OUT_OF_STOCK', count: 1 },
    { status: 'PENDING', cancelReason: null, count: 1 },
  ]);
  expect((await counts({})).reduce((sum, { count }) => sum + count, 0)).toBe(await (await page({})).countAll());
  expect(await counts({}, ada)).toEqual([{ status: 'PENDING', cancelReason: null, count: 1 }]);
});

test('orders are found by why they were cancelled, and by how long they have not moved', async () => {
  await fixture.database.query(`UPDATE order_history SET at = at - interval '2 hours' WHERE order_id = $1`, [others.id]);
  const ids = async (wanted: Partial<AllArguments>) => (await page(wanted)).edges.map(({ node }) => node.id);

  expect(await ids({ cancelReason: 'OUT_OF_STOCK' })).toEqual([cancelled.id]);
  expect(await ids({ cancelReason: 'TIMED_OUT' })).toEqual([]);
  expect(await ids({ unmovedForMinutes: 60 })).toEqual([others.id]);
  expect(await ids({ unmovedForMinutes: 2 ** 31 - 1 })).toEqual([]);
  await expect(page({ unmovedForMinutes: -1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(page({ search: 'x'.repeat(101) })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a customer is found by the newest names, and a closed account by none, whatever arrives late', async () => {
  const gone = aCustomer();
  const { id, number } = await fixture.place(gone, aPurchase({ shippingAddress: { ...address, name: 'Wilhelmina Vergeten' } }));
  const { userId } = gone;
  const moved = createEvent('user.email-changed', userId, { userId, version: 2, username: 'willa', email: 'willa@new.example' });
  const first = registered(userId, 'willa', 'willa@old.example');
  await fixture.handle(moved, first, moved);
  expect([await found('willa@old'), await found('willa@new'), await found('vergeten')]).toEqual([[], [id], [id]]);

  const closed = createEvent('user.deleted', userId, { userId, version: 3 });
  await fixture.handle(closed, moved, first, closed);

  // what is under way is found by the recipient, who is shown until it ends
  expect([await found('willa'), await found('vergeten'), await found(number)]).toEqual([[], [id], [id]]);
  await cancelOrder(fixture.deps, admin, { orderId: id });
  expect([await found('vergeten'), await found(number), await found(number.replaceAll('-', ''))]).toEqual([[], [id], [id]]);
  const { rows } = await fixture.database.query('SELECT search_text FROM customers WHERE user_id = $1', [userId]);
  expect(rows).toEqual([{ search_text: '' }]);
  expect(await found(newId())).toEqual([]);
});
