import { describe, expect, test } from '@jest/globals';
import { addressLines, componentNames, needsComponent, readPostalCode, regionalProblems, usesPart } from '../address/address.ts';
import { addressFormats } from '../address/address-formats.ts';
import { addressInput } from '../address/address-input.ts';
import { countries, isCountry } from '../address/countries.ts';
import { parseInput } from '../input.ts';

const home = { name: 'Lan', line1: '1 Tea Street', country: 'VN', city: 'Huế' };
const read = (changes: object) => parseInput(addressInput, { ...home, ...changes });
const wrongFields = (changes: object) => {
  const parsed = read(changes);
  return parsed.ok ? [] : parsed.error.problems.map(({ field }) => field);
};

/** A telephone number, however it is grouped. */
const pattern = (phone: string) => new RegExp(`^\\${phone.replaceAll(' ', '[ -]')}$`);

describe('an address', () => {
  test.each([
    ['Hong Kong', { country: 'HK', region: 'Kowloon' }],
    ['the Emirates', { country: 'AE', city: null, region: 'Dubai' }],
    ['Ireland', { country: 'IE', city: 'Galway' }],
    ['Panama', { country: 'PA', city: 'Panamá' }],
    ['Viet Nam', { country: 'VN' }],
  ])('of %s needs no postal code', (_, changes) => {
    expect(wrongFields(changes)).toEqual([]);
  });

  test('needs what no parcel arrives without in its country', () => {
    expect(wrongFields({ country: 'US' })).toEqual(['region', 'postalCode']);
    expect(wrongFields({ country: 'AE', city: '' })).toEqual(['region']);
    expect(wrongFields({ country: 'DE', city: ' ' })).toEqual(['city', 'postalCode']);
    expect(wrongFields({ country: 'SG', city: null })).toEqual(['postalCode']);
  });

  test.each([
    ['US', '97201', '97201'],
    ['US', '97201-1234', '97201-1234'],
    ['GB', 'sw1y 4jh', 'SW1Y 4JH'],
    ['CA', 'k1a 0b1', 'K1A 0B1'],
    ['SE', 'SE-113 51', '113 51'],
    ['CH', 'CH-8001', '8001'],
    ['LU', 'L-1009', '1009'],
    ['AD', 'ad100', 'AD100'],
    ['HK', '999077', '999077'],
    ['GB', 'SW1A  1AA', 'SW1A 1AA'],
    ['GB', 'sw1a-1aa', 'SW1A1AA'],
    ['JP', '１００－０００１', '100-0001'],
    ['JP', '100‐0001', '100-0001'],
    ['JP', '100\u22120001', '100-0001'],
    ['JP', '１００ー０００１', '100-0001'],
    ['JP', '〒100-\u20600001', '100-0001'],
    ['PL', '00\u2043950', '00-950'],
    ['PT', '1000\u02d7001', '1000-001'],
    ['EG', '١١٥١١', '11511'],
    ['IR', '۱۱۳۶۹\u2013۱۴۸۱۱', '11369-14811'],
    ['SA', '\u200f١٢٢٤٤\u200e', '12244'],
    ['NP', '४४६००', '44600'],
    ['MM', '၁၁၁၈၁', '11181'],
    ['PT', '1000001', '1000-001'],
    ['PL', '00950', '00-950'],
    ['IN', '110 001', '110001'],
    ['TW', '110-01', '11001'],
    ['DE', '1 0 1 1 5', '10115'],
    ['SE', 'SE11351', null],
    ['PL', '0-0-9-5', null],
    ['DE', '-----', null],
    ['US', '9720', null],
    ['GB', 'XX1 1XX', null],
    ['VN', 'D1', null],
  ])('of %s with the postal code %s', (country, code, kept) => {
    expect(readPostalCode(country, code)).toBe(kept);
  });

  test('is kept as it was agreed, tidy, with a telephone number that can be called', () => {
    const parsed = read({
      line1: '1 Tea Street'.padEnd(150, '.'),
      line2: ' ',
      country: 'us',
      region: 'OR',
      postalCode: '97201',
      phone: '(503) 555-0100',
    });

    expect(parsed).toMatchObject({
      ok: true,
      value: { line2: null, city: 'Huế', region: 'OR', postalCode: '97201', country: 'US', phone: '+1 503 555 0100' },
    });
    expect(read({ phone: '+84 24 3825 3525' })).toMatchObject({ value: { phone: '+84 24 3825 3525', region: null, postalCode: '' } });
    expect(wrongFields({ phone: '12' })).toEqual(['phone']);
  });

  test.each([
    [{ country: 'SA' }, '٠١١ ٤٦٥ ٠٠٠٠', '+966 11 465 0000'],
    [{ country: 'IR' }, '۰۲۱\u2212۸۸۸۸۸۸۸۸', '+98 21 8888 8888'],
    [{ country: 'NP' }, '०१-४४१२३४५', '+977 1 4412345'],
    [{ country: 'JP', region: 'Tokyo', postalCode: '1000001' }, '０３ー３５８１ー４１１１', '+81 3 3581 4111'],
    [{ country: 'JP', region: 'Tokyo', postalCode: '1000001' }, '+81\u22123\u20433581\u22124111', '+81 3 3581 4111'],
    [{ country: 'IL' }, '\u200e03-577\u00ad1111\u200f', '+972 3 577 1111'],
  ])('of %o has the telephone number %s', (place, phone, kept) => {
    expect(read({ ...place, phone })).toMatchObject({ ok: true, value: { phone: expect.stringMatching(pattern(kept)) } });
  });

  test('has no telephone number that is none', () => {
    expect(wrongFields({ phone: 'call me' })).toEqual(['phone']);
  });

  test('names every field that is wrong', () => {
    expect(wrongFields({ name: '', line1: 'x'.repeat(201), country: 'XX', postalCode: 'x'.repeat(21) })).toEqual([
      'name',
      'line1',
      'postalCode',
      'country',
    ]);
    expect(wrongFields({ country: 'US', region: 'OR', postalCode: '9' })).toEqual(['postalCode']);
    expect(wrongFields({ name: '', city: '', country: 'Vietnam', phone: '1' })).toEqual(['name', 'country', 'city', 'phone']);
  });

  test('stands on the parcel as its country has it', () => {
    const place = { line1: '1 Main St', line2: null, city: 'Portland', region: 'OR', postalCode: '97201', country: 'US' };

    expect(addressLines(place)).toEqual(['1 Main St', 'Portland, OR 97201']);
    expect(addressLines({ ...place, line2: 'Flat 2', country: 'DE', region: null })).toEqual(['1 Main St', 'Flat 2', '97201 Portland']);
    expect(addressLines({ ...place, region: null, postalCode: '' })).toEqual(['1 Main St', 'Portland']);
    expect(addressLines({ ...place, country: 'HK', city: 'Kowloon', region: null, postalCode: '999077' })).toEqual([
      '1 Main St',
      'Kowloon',
      '999077',
    ]);
  });

  test('has parts by the names of its country', () => {
    expect(componentNames('US')).toEqual({ region: 'state', postalCode: 'zip', city: 'city' });
    expect(componentNames('GB')).toMatchObject({ postalCode: 'postal', city: 'post_town' });
    expect([componentNames('IE'), componentNames('AE')]).toMatchObject([
      { region: 'county', postalCode: 'eircode' },
      { region: 'emirate' },
    ]);
  });
});

describe('every country', () => {
  test('of the table is one, and what it needs it uses', () => {
    expect(Object.keys(addressFormats).filter((code) => !isCountry(code))).toEqual([]);
    for (const country of countries) {
      for (const part of ['city', 'region', 'postalCode'] as const) {
        expect([country, part, needsComponent(country, part) && !usesPart(country, part)]).toEqual([country, part, false]);
      }
    }
  });

  test('asks for a postal code only where it has one: some seventy have none', () => {
    const without = countries.filter((country) => !usesPart(country, 'postalCode'));

    expect(without).toEqual(expect.arrayContaining(['HK', 'AE', 'QA', 'JM', 'GH', 'MO']));
    expect(without.length).toBeGreaterThan(60);
    for (const country of without) {
      expect(regionalProblems({ country, city: 'C', region: 'S', postalCode: '' })).toEqual([]);
    }
  });

  test('has a pattern that can be read', () => {
    for (const country of countries) expect(typeof readPostalCode(country, '')).toBe('string');
    for (const country of countries) expect(() => readPostalCode(country, '12345')).not.toThrow();
  });
});
