import { lengthOf, plainCharacters } from '../text.ts';
import { addressFormats, type CountryRow } from './address-formats.ts';

/** A place that parcels can go to. `city` and `postalCode` are empty where the country has none. */
export type PostalAddress = {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  /** State, province, emirate, prefecture … */
  readonly region: string | null;
  readonly postalCode: string;
  /** ISO 3166-1, two capital letters. */
  readonly country: string;
  /** With its country code, as +84 24 3825 3525. */
  readonly phone: string | null;
};

export const addressLimits = { name: 100, line1: 200, line2: 200, city: 100, region: 100, postalCode: 20, phone: 40 } as const;

/** What depends on the country. */
export const regionalParts = ['city', 'region', 'postalCode'] as const;
export type RegionalPart = (typeof regionalParts)[number];
const letterOf = { city: 'C', region: 'S', postalCode: 'Z' } as const satisfies Record<RegionalPart, string>;

/** What a country calls its parts; `province`, `postal` and `city` when it is nothing else. */
const regionNames = [
  'state',
  'province',
  'county',
  'island',
  'department',
  'parish',
  'oblast',
  'emirate',
  'area',
  'prefecture',
  'do_si',
  'district',
] as const;
export type RegionName = (typeof regionNames)[number];
export type PostalCodeName = 'postal' | 'zip' | 'eircode' | 'pin';
export type CityName = 'city' | 'district' | 'post_town' | 'suburb';

const otherwise: CountryRow = ['A|C', 'C'];
const rowOf = (country: string): CountryRow => addressFormats[country] ?? otherwise;

/** Whether addresses of the country have the part, and whether one without it would not arrive. */
export function usesPart(country: string, part: RegionalPart): boolean {
  return rowOf(country)[0].includes(letterOf[part]);
}

export function needsComponent(country: string, part: RegionalPart): boolean {
  return rowOf(country)[1].includes(letterOf[part]);
}

export function componentNames(country: string): { region: RegionName; postalCode: PostalCodeName; city: CityName } {
  const names = (rowOf(country)[3] ?? '').split(' ');
  const pick = <Name extends string>(known: readonly Name[], fallback: Name) => known.find((name) => names.includes(name)) ?? fallback;
  // a district is a region where the town is a post town, and else a town
  const city = pick<CityName>(['post_town', 'suburb', 'district'], 'city');
  return { region: pick(regionNames, 'province'), postalCode: pick<PostalCodeName>(['zip', 'eircode', 'pin'], 'postal'), city };
}

/**
 * The postal code as the country writes it: in capitals and ASCII digits, without the country's own letters before it; null when it is none.
 * People leave out its hyphen or blank, or put one where it has none. Where nothing is known of the country's codes, whatever was written.
 */
export function readPostalCode(country: string, text: string): string | null {
  const pattern = rowOf(country)[2];
  if (text === '' || !pattern) return text;
  const whole = new RegExp(`^(?:${pattern})$`);
  return spellingsOf(text).find((code) => whole.test(code)) ?? null;
}

/** A postal code in all the ways in which it may have been meant, the nearest to what was written first. */
function spellingsOf(text: string): string[] {
  const written = plainCharacters(text.replaceAll('〒', '')).toUpperCase();
  return [written, written.replace(/^[A-Z]{1,2}[- ]/, '')].flatMap((code) => {
    const bare = code.replaceAll(/[- ]/g, '');
    if (bare.length > addressLimits.postalCode) return [code];
    const split = Array.from(bare).flatMap((_, at) => [' ', '-'].map((sign) => `${bare.slice(0, at)}${sign}${bare.slice(at)}`));
    return [code, bare, ...split.slice(2)];
  });
}

export type RegionalProblem = { readonly part: RegionalPart; readonly problem: 'required' | 'postalCode' };

/** What is wrong with the parts of an address whose rules are the country's. An unknown one is taken for one that has a town. */
export function regionalProblems(address: { readonly country: string } & Readonly<Record<RegionalPart, string>>): RegionalProblem[] {
  const { country } = address;
  const missing = regionalParts.filter((part) => address[part] === '' && needsComponent(country, part));
  const found: RegionalProblem[] = missing.map((part) => ({ part, problem: 'required' }));
  // a code that is too long for any country has been reported already
  const isCode = lengthOf(address.postalCode) > addressLimits.postalCode || readPostalCode(country, address.postalCode) !== null;
  return isCode ? found : [...found, { part: 'postalCode', problem: 'postalCode' }];
}

/** The lines below the name, as they stand on a parcel in that country; without the country. What the country has no place for comes last. */
export function addressLines(address: Omit<PostalAddress, 'name' | 'phone'>): string[] {
  const [format] = rowOf(address.country);
  const parts = { C: address.city, S: address.region ?? '', Z: address.postalCode };
  const lines = format.split('|').flatMap((line) => {
    if (line === 'A') return [address.line1, address.line2 ?? ''];
    const street = [address.line1, address.line2].filter(Boolean).join(', ');
    const filled = line.replaceAll(/[ACSZ]/g, (letter) => (letter === 'A' ? street : (parts[letter as keyof typeof parts] ?? '')));
    return [filled.replaceAll(/\s+/g, ' ').replace(/^[\s,-]+|[\s,-]+$/g, '')];
  });
  const elsewhere = regionalParts.filter((part) => !format.includes(letterOf[part])).map((part) => address[part] ?? '');
  return [...lines, ...elsewhere].filter((line) => line !== '');
}
