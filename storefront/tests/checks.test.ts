import { describe, expect, test } from '@jest/globals';
import { countries } from '#platform/address/countries.ts';
import {
  checkAddress,
  checkEmail,
  checkNewPassword,
  checkPassword,
  checkPasswordOf,
  checkUsername,
  problemsOf,
  toAddressInput,
} from '../forms/checks.ts';
import { countriesIn, countryName, likelyCountry } from '../forms/countries.ts';
import { fromFailedRequest, fromUserError, sameNames } from '../forms/submit-failure.ts';

const address = {
  name: 'An',
  line1: '1 Lantern Street',
  line2: '',
  city: 'Hội An',
  region: '',
  postalCode: '560000',
  country: 'VN',
  phone: '',
};

test.each([
  ['an@example.com', null],
  ['  an@example.com ', null],
  ['', 'required'],
  ['an', 'email'],
  ['an@example', 'email'],
  ['a n@example.com', 'email'],
  [`${'a'.repeat(65)}@example.com`, 'email'],
] as const)('the e-mail %j: %s', (text, problem) => {
  expect(checkEmail(text)).toBe(problem);
});

test.each([
  ['an.nguyen-1_', null],
  ['an', 'username'],
  ['ân', 'username'],
  ['a'.repeat(31), 'username'],
  ['an nguyen', 'username'],
  [' ', 'required'],
] as const)('the username %j: %s', (text, problem) => {
  expect(checkUsername(text)).toBe(problem);
});

test.each([
  ['correct horse', null],
  ['', 'required'],
  ['short', 'passwordShort'],
  ['a'.repeat(201), 'passwordLong'],
  ['aaabbbaaabbb', 'passwordEasy'],
  ['ếộữở'.normalize('NFD'), 'passwordShort'],
  ['\u0020\u00a0\u1680\u2003\u3000\u200b\u2060\u3164\u115f\u2800', 'passwordEasy'],
] as const)('the new password %j: %s', (text, problem) => {
  expect(checkNewPassword(text)).toBe(problem);
});

test('a password that is there already needs no rules but one', () => {
  expect([checkPassword('x'), checkPassword(''), checkPassword('x'.repeat(1001))]).toEqual([null, 'required', 'passwordLong']);
});

test('a user’s name is not a valid password', () => {
  expect(checkPasswordOf('an@example.com', 'an-nguyen-1')('AN-nguyen-1')).toBe('passwordIsName');
  expect(checkPasswordOf('', '')('correct horse')).toBeNull();
});

test('only what is wrong is named', () => {
  expect(problemsOf({ email: 'an', username: 'an-nguyen' }, { email: checkEmail, username: checkUsername })).toEqual({ email: 'email' });
});

describe('an address', () => {
  test('that is whole is fine, and sent without what is empty', () => {
    expect(checkAddress(address)).toEqual({});
    expect(toAddressInput({ ...address, name: ' An ' })).toEqual({
      name: 'An',
      line1: '1 Lantern Street',
      city: 'Hội An',
      postalCode: '560000',
      country: 'VN',
    });
    expect(toAddressInput({ ...address, line2: ' 4th floor ' }).line2).toBe('4th floor');
  });

  test('names each field that is wrong', () => {
    const empty = { ...address, name: ' ', line1: '', city: '', postalCode: '' };

    expect(checkAddress(empty)).toEqual({ name: 'required', line1: 'required', city: 'required' });
    expect(checkAddress({ ...empty, country: '' })).toEqual({ name: 'required', line1: 'required', city: 'required', country: 'country' });
    expect(checkAddress({ ...empty, country: 'US' })).toMatchObject({ city: 'required', region: 'required', postalCode: 'required' });
    expect(checkAddress({ ...address, country: 'US', region: 'OR' })).toEqual({ postalCode: 'postalCode' });
  });

  test('fits on a label', () => {
    expect(checkAddress({ ...address, name: 'a'.repeat(101), line2: 'a'.repeat(201), postalCode: '1', city: 'a\u0007b' })).toEqual({
      name: 'tooLong',
      line2: 'tooLong',
      postalCode: 'postalCode',
      city: 'notKept',
    });
  });
});

describe('countries', () => {
  test('are all there, by their names in the language', () => {
    expect(
      countriesIn('vi')
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual(countries.toSorted());
    expect(countryName('DE', 'vi')).toBe('Đức');
    expect(countryName('nowhere', 'en')).toBe('nowhere');
  });

  test('are guessed from the languages of the browser', () => {
    expect([likelyCountry(['vi', 'en-GB']), likelyCountry(['en']), likelyCountry(['es-419', '??'])]).toEqual(['GB', '', '']);
  });
});

describe('a user error of the shop', () => {
  test('finds the field of the form', () => {
    const answer = { __typename: 'InvalidInput', message: '', problems: [{ field: 'shippingAddress.city', message: 'Write less.' }] };

    expect(fromUserError(answer, sameNames(['city'], 'shippingAddress.'))).toEqual({ problems: { city: 'rejected' } });
  });

  test('is shown in the words of the shop when it is about no field', () => {
    const answer = { __typename: 'InvalidInput', message: '', problems: [{ field: 'input', message: 'You may keep 20.' }] };

    expect(fromUserError(answer, {})).toEqual({ problems: {}, trouble: { kind: 'message', message: 'You may keep 20.' } });
  });

  test('has how long to wait', () => {
    expect(fromUserError({ __typename: 'TooManyAttempts', retryAfterSeconds: 8 }, {})).toEqual({ trouble: { kind: 'wait', seconds: 8 } });
  });

  test('has how long to wait, too, when it comes from the gateway or an overloaded subgraph', () => {
    const rejected = { ok: false, traceId: null, retryAfterSeconds: 2 } as const;

    expect(fromFailedRequest({ ...rejected, code: 'RATE_LIMITED' })).toEqual({ trouble: { kind: 'wait', seconds: 2 } });
    expect(fromFailedRequest({ ...rejected, code: 'UNAVAILABLE' })).toEqual({ trouble: { kind: 'busy', seconds: 2 } });
  });

  test('that is the page’s own is left to it', () => {
    expect(fromUserError({ __typename: 'UsernameTaken' }, {})).toBeNull();
  });

  test('is another thing than no answer', () => {
    expect(fromFailedRequest({ ok: false, code: 'OFFLINE', traceId: null })).toEqual({ trouble: { kind: 'offline' } });
    expect(fromFailedRequest({ ok: false, code: 'INTERNAL', traceId: 'c' })).toEqual({
      trouble: { kind: 'failed', traceId: 'c' },
    });
  });
});
