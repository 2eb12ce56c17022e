import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { isId, newId } from '../ids.ts';
import { assertId, brokenTexts, inputField, parseInput } from '../input.ts';

const schema = z.object({
  lines: z.array(z.object({ productId: inputField.id(), quantity: inputField.wholeNumber(1, 99) })),
  note: inputField.text(1, 10).optional(),
});

describe('an input', () => {
  test('is parsed, and null counts as absent', () => {
    const id = newId();

    expect(parseInput(schema, { lines: [{ productId: id.toUpperCase(), quantity: 2 }], note: null })).toEqual({
      ok: true,
      value: { lines: [{ productId: id, quantity: 2 }] },
    });
  });

  test('is rejected with the path of every wrong field', () => {
    const parsed = parseInput(schema, { lines: [{ productId: 'x', quantity: 0 }], note: '' });

    expect(parsed).toMatchObject({ ok: false, error: { __typename: 'InvalidInput', code: 'INVALID_INPUT' } });
    expect(parsed.ok ? [] : parsed.error.problems.map((problem) => problem.field)).toEqual([
      'lines.0.productId',
      'lines.0.quantity',
      'note',
    ]);
  });

  test.each([0, -1, 1.5, 1e9, Number.NaN])('is rejected for the quantity %p', (quantity) => {
    expect(parseInput(schema, { lines: [{ productId: newId(), quantity }] }).ok).toBe(false);
  });
});

describe('the texts of an input', () => {
  const noteOf = (note: string) => {
    const parsed = parseInput(schema, { lines: [], note });
    return parsed.ok ? parsed.value.note : parsed.error.problems;
  };

  test('are composed before their length is asked', () => {
    expect(noteOf('ếộữởếộữở'.normalize('NFD'))).toBe('ếộữởếộữở');
    expect(noteOf('😀'.repeat(10))).toBe('😀'.repeat(10));
    expect(noteOf('😀'.repeat(11))).toEqual([{ field: 'note', message: 'Write at most 10 characters.' }]);
  });

  test('are composed whatever the schema makes of them', () => {
    const parsed = parseInput(z.object({ tags: z.array(z.string()) }), { tags: ['Đà Lạt'.normalize('NFD')] });

    expect(parsed).toEqual({ ok: true, value: { tags: ['Đà Lạt'] } });
  });

  test.each(['\u200b', '\u3164\u2060', '\u2800', '\u00ad'])('that show nothing, as %j, are empty', (note) => {
    expect(noteOf(note)).toEqual([{ field: 'note', message: 'Write at least 1 character.' }]);
  });

  test.each(['\ud800', 'a\udc00b', '😀'.slice(0, 1)])('that are no Unicode, as %j, are rejected by the name of their field', (broken) => {
    expect(noteOf(broken)).toEqual([{ field: 'note', message: 'There are characters in this that cannot be kept.' }]);
    expect(parseInput(z.object({ token: z.string() }), { token: broken })).toMatchObject({
      error: { problems: [{ field: 'token' }] },
    });
    expect(brokenTexts({ list: ['fine', { id: broken }] })).toEqual(['list.1.id']);
  });

  test.each(['a\nb', 'a\u2028b', 'a\u0000b', 'a\u0085b'])('on one line do not hold %j', (value) => {
    expect(parseInput(z.object({ value: inputField.line(1, 9) }), { value }).ok).toBe(false);
  });
});

describe('an id', () => {
  test('is a UUID of version 7 of its moment, and later ones sort later, however many there are', () => {
    const before = Date.now();
    const ids = Array.from({ length: 20_000 }, newId);

    expect(ids.every(isId)).toBe(true);
    expect(ids.every((id) => id[14] === '7')).toBe(true);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    const [first, last] = [ids[0], ids.at(-1)].map((id = '') => Number.parseInt(id.replace('-', '').slice(0, 12), 16));
    expect(first).toBeGreaterThanOrEqual(before);
    expect(last).toBeLessThan(Date.now() + 20);
  });

  test('sorts after the one before when the clock has gone back', () => {
    const now = jest.spyOn(Date, 'now');
    const id = newId();
    now.mockReturnValue(Date.now() - 60_000);
    const later = newId();
    now.mockRestore();

    expect([later, id].toSorted()).toEqual([id, later]);
  });

  test.each(['', '1', "' OR 1=1", '00000000-0000-0000-0000-000000000000'])('is not %p', (text) => {
    expect(() => assertId(text, 'id')).toThrow('id: This is not an id of this shop.');
  });
});
