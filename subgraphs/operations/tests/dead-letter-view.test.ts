import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '#kafka/dead-letter-message.ts';
import { encodeCursor } from '#platform/pagination.ts';
import { pageOf, toView } from '../dead-letter-view.ts';
import { aLetter } from './letters.ts';

describe('a dead letter as admins see it', () => {
  test('shows its type, time, reason and trace', () => {
    const letter = aLetter();

    expect(toView(letter)).toEqual({
      id: letter.id,
      topic: 'checkout',
      consumer: 'cart',
      type: 'order.paid',
      key: letter.message.key,
      at: new Date('2026-11-22T10:00:00.000Z'),
      attempts: 3,
      reason: 'the cart is broken',
      payload: '{"number":"M-1"}',
      traceId: '0123456789abcdef0123456789abcdef',
    });
  });

  test('is shown even when nothing in it is as it must be', () => {
    const letter = aLetter({ time: 'never', attempts: Number.NaN, message: { key: '', headers: {}, value: '{"half":' } });

    expect(toView(letter)).toMatchObject({ type: null, key: null, attempts: 0, at: new Date(0), traceId: null, payload: '"{\\"half\\":"' });
  });

  test.each([
    ['an account', '{"userId":"u","version":1,"email":"ana@example.com","username":"Ana"}'],
    ['a token', '{"userId":"u","sealedToken":"s3cret","expiresAt":"2026-11-22T10:00:00.000Z"}'],
    ['an unknown field', '{"userId":"u","nickname":"Ana","more":{"email":"ana@example.com"}}'],
    ['something else in the place of an id', '{"userId":{"email":"ana@example.com"}}'],
    ['a list', '["ana@example.com","s3cret"]'],
    ['no JSON', '{"email":"ana@example.com","resetToken":"s3cret"'],
  ])('keeps people to itself: %s', (_, value) => {
    const { payload } = toView(aLetter({ message: { topic: 'accounts', value } }));

    expect(payload).not.toMatch(/ana|s3cret/i);
    expect(() => JSON.parse(payload)).not.toThrow();
  });

  test('shows of an account only what is not personal', () => {
    const value = '{"userId":"u-1","version":4,"email":"ana@example.com"}';

    expect(JSON.parse(toView(aLetter({ message: { topic: 'accounts', value } })).payload)).toEqual({
      userId: 'u-1',
      version: 4,
      email: '(left out)',
    });
  });

  test('shows no e-mail address, wherever it was written', () => {
    const letter = aLetter({
      error: 'Key (email)=(ana@example.com) exists',
      message: { value: '{"lines":[{"name":"for ana@example.com"}]}' },
    });
    const { reason, payload } = toView(letter);

    expect(reason).toBe('Key (email)=((an e-mail address)) exists');
    expect(payload).toBe('{"lines":[{"name":"for (an e-mail address)"}]}');
  });

  test('is shown at once, though a large message is one word without an end', () => {
    const value = 'x'.repeat(1_000_000);

    expect(toView(aLetter({ error: value, message: { value } })).payload).toMatch(/^"x{40000,50000}…"$/);
  });

  test.each([
    ['checkout', '[[['],
    ['accounts', '(left out)'],
  ] as const)('of %s is shown, though it is nested deeper than can be written', (topic, beginning) => {
    const value = `{"email":"ana@example.com","userId":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const { payload } = toView(aLetter({ message: { topic, value: topic === 'checkout' ? value.slice(36, -1) : value } }));

    expect(payload).toContain(beginning);
    expect(payload).not.toContain('ana@');
  });

  test('is JSON text, whatever bytes it was', () => {
    const headers = { ce_type: 'x'.repeat(5000) };
    const bytes = { key: Buffer.from([0, 0xff]), headers: [], value: Buffer.from([0, 0xff, 0x1b]) };

    const view = toView(aLetter({ message: { key: '\0\uFFFD', headers, value: '\0\uFFFD\u001b', bytes } }));

    expect(JSON.parse(view.payload)).toBe('\0\uFFFD\u001b');
    expect(view.type).toHaveLength(200);
  });

  test('of a tombstone holds null', () => {
    expect(toView(aLetter({ message: { topic: 'accounts', value: null } })).payload).toBe('null');
  });
});

describe('a page of dead letters', () => {
  const page = (all: readonly DeadLetter[], after: string | null) =>
    pageOf(all, 2, after, async (ids) => all.filter(({ id }) => ids.includes(id)));
  const letters = ['2026-11-22T10:00:00.000Z', '2026-11-22T12:00:00.000Z', '2026-11-22T11:00:00.000Z', '2026-11-22T12:00:00.000Z'].map(
    (time, index) => aLetter({ time, id: `0198000${index}-0000-7000-8000-000000000000` }),
  );
  const [oldest, first, middle, second] = letters.map(({ id }) => id);

  test('begins with the newest, and goes on after its cursor without telling one twice', async () => {
    const one = await page(letters, null);
    const two = await page(letters, one.pageInfo.endCursor);

    expect(one.edges.map(({ node }) => node.id)).toEqual([second, first]);
    expect(two.edges.map(({ node }) => node.id)).toEqual([middle, oldest]);
    expect([one.pageInfo.hasNextPage, two.pageInfo.hasNextPage, two.pageInfo.hasPreviousPage]).toEqual([true, false, true]);
    expect([one.totalCount, two.totalCount]).toEqual([4, 4]);
  });

  test('goes on though the letter of its cursor was replayed meanwhile', async () => {
    const { pageInfo } = await page(letters, null);
    const left = letters.filter(({ id }) => id !== first);

    expect((await page(left, pageInfo.endCursor)).edges.map(({ node }) => node.id)).toEqual([middle, oldest]);
  });

  test('goes on after a letter of a moment that is none', async () => {
    const odd = ['+275760-09-13T00:00:00.000Z', '+010000-01-01T00:00:00.000Z', 'never'].map((time) => aLetter({ time }));
    const one = await page(odd, null);

    expect((await page(odd, one.pageInfo.endCursor)).edges).toHaveLength(1);
  });

  test.each([
    ['nonsense', 'nonsense'],
    ['of no moment', encodeCursor(['never', letters[0]?.id ?? ''])],
    ['of no id', encodeCursor(['2026-11-22T10:00:00.000Z', 'x'])],
  ])('rejects a cursor that is %s', async (_, after) => {
    await expect(page(letters, after)).rejects.toThrow('after: This is not a cursor of this list.');
  });
});

test('of more dead letters than memory holds, a page takes the memory of a page', async () => {
  const thread = new Worker(new URL('./many-letters.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: 64 } });

  expect(await once(thread, 'message')).toEqual([{ total: 200, shown: 5 }]);
});
