import { countries, isCountry } from '#platform/address/countries.ts';

export type CountryName = { readonly code: string; readonly name: string };

/** Every country by its name in a language, in the order of that language. A country without a name there keeps its code. */
export function countriesIn(locale: string): readonly CountryName[] {
  const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });
  return countries.map((code) => ({ code, name: names.of(code) ?? code })).toSorted((a, b) => a.name.localeCompare(b.name, locale));
}

/** The name of a country in a language; what is no country stays as it is. */
export function countryName(code: string, locale: string): string {
  return isCountry(code) ? (new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' }).of(code) ?? code) : code;
}

/** The likely countries of a user with these languages, as in `en-GB`; empty when none has a region. */
export function likelyCountry(languages: readonly string[]): string {
  for (const language of languages) {
    const region = regionOf(language);
    if (region !== undefined && isCountry(region)) return region;
  }
  return '';
}

function regionOf(language: string): string | undefined {
  try {
    return new Intl.Locale(language).region;
  } catch {
    return undefined;
  }
}
