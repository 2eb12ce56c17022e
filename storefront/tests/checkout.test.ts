import { describe, expect, test } from '@jest/globals';
import { checkCheckout, chosenAddress, firstChoice, hasUnavailable, isWorthKeeping, other } from '../pages/checkout/decisions.ts';
import { createDraft } from '../pages/checkout/draft.ts';

const vietnam = { postalCode: '560000', country: 'VN' };
const home = { id: 'home', name: 'An', line1: '1 Lantern Street', line2: null, city: 'Hội An', region: null, phone: null, ...vietnam };
const work = { ...home, id: 'work', line1: '2 Tea Road', line2: '4th floor' };
const written = { name: 'Binh', line1: '3 Silk Lane', line2: '', city: 'Huế', region: '', phone: '', ...vietnam };
const values = { ...written, choice: other, remember: 'yes', method: 'card-ok' };

test('the first address is chosen, or the one from before the reload while it is there', () => {
  expect(firstChoice([home, work], undefined)).toBe('home');
  expect(firstChoice([home, work], 'work')).toBe('work');
  expect(firstChoice([home], 'work')).toBe('home');
  expect(firstChoice([home], other)).toBe(other);
  expect(firstChoice([], undefined)).toBe(other);
});

test('the parcel goes to the address that is chosen, not to the one that is written beside it', () => {
  expect(chosenAddress({ ...values, choice: 'work' }, [home, work])).toMatchObject({ line1: '2 Tea Road', line2: '4th floor' });
  expect(chosenAddress(values, [home, work])).toMatchObject({ line1: '3 Silk Lane' });
});

test('what is wrong with a saved address is found before the shop rejects it', () => {
  const long = { ...home, line1: 'a'.repeat(201) };

  expect(checkCheckout({ ...values, choice: 'home', name: '' }, [long])).toEqual({ line1: 'tooLong' });
  expect(checkCheckout({ ...values, method: '' }, [])).toEqual({ method: 'required' });
  expect(checkCheckout(values, [])).toEqual({});
});

test('a new address is saved when requested, unless it is saved already', () => {
  expect(isWorthKeeping(values, [home])).toBe(true);
  expect(isWorthKeeping({ ...values, remember: '' }, [home])).toBe(false);
  expect(isWorthKeeping({ ...values, choice: 'home' }, [home])).toBe(false);
  expect(isWorthKeeping({ ...values, line1: ' 3 Silk Lane ' }, [{ ...written, id: 'x', line2: null, region: null, phone: null }])).toBe(
    false,
  );
});

test('what cannot be had is seen before it is paid', () => {
  const line = { quantity: 3, notices: [], available: null, product: null };

  expect(hasUnavailable([line, { ...line, notices: ['LOW_STOCK', 'PRICE_CHANGED'] }, { ...line, available: 3 }])).toBe(false);
  expect(hasUnavailable([line, { ...line, notices: ['OUT_OF_STOCK'] }])).toBe(true);
  expect(hasUnavailable([{ ...line, notices: ['NO_LONGER_SOLD'] }])).toBe(true);
  expect(hasUnavailable([{ ...line, available: 2 }])).toBe(true);
  expect(hasUnavailable([{ ...line, available: 0 }])).toBe(true);
});

describe('what was filled in', () => {
  const storage = () => {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
  };

  test('is there after a reload, for the same user', () => {
    const place = storage();
    createDraft(place, 'an').keep(values);

    expect(createDraft(place, 'an').read()).toEqual(values);
    expect(createDraft(place, 'binh').read()).toEqual({});
  });

  test('is gone after buying', () => {
    const draft = createDraft(storage(), 'an');
    draft.keep(values);
    draft.forget();

    expect(draft.read()).toEqual({});
  });

  test.each(['{', '[]', '{"userId":"an"}', '{"userId":"an","values":{"name":7}}'])('is nothing when it makes no sense: %s', (kept) => {
    const place = storage();
    place.setItem('marigold.checkout', kept);

    expect(createDraft(place, 'an').read()).toEqual({});
  });
});
