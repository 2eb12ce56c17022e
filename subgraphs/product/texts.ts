import { foldText, wordsOf } from '#platform/fold-text.ts';

/** The words of a text as they are searched: lower case, without accents, letters and digits only. */
export function searchWords(text: string): string[] {
  return wordsOf(foldText(text));
}

/** What a list sorted by name is sorted by: the words as they are spelled, for the collation knows where accents belong. */
export function nameKeyOf(name: string): string {
  return wordsOf(name.normalize('NFC').toLowerCase()).join(' ');
}

/** What a product is found by: every word with a space before it, so that a pattern can ask for the beginning of a word. */
export function searchTextOf(name: string, description: string, slug: string): string {
  return ` ${searchWords(`${name} ${description} ${slug}`).join(' ')}`;
}

/** LIKE patterns, all of which must match; the words hold no wildcard. Null when the text asks for nothing. */
export function searchPatternsOf(search: string): string[] | null {
  if (search.trim() === '') return null;
  const words = searchWords(search);
  // a search for "%%" is a search for something that no product has
  return words.length === 0 ? [''] : words.map((word) => `% ${word}%`);
}

/** A text as it stands in an address, or the fallback when it has neither letters nor digits. */
export function slugOf(text: string, fallback: string): string {
  const letters = Array.from(searchWords(text).join('-'));
  return letters.slice(0, 80).join('').replace(/-$/, '') || fallback.toLowerCase();
}

/** What makes two names one category: however they are encoded, spaced and capitalised, and whatever stands in them unseen. "Bàn" and "Bạn" are two. */
export function categoryKeyOf(name: string): string {
  const seen = name.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
  return seen.toUpperCase().toLowerCase().trim().replaceAll(/\s+/g, ' ');
}

/** The slug itself, or with the first number from 2 on that makes it free. */
export function freeSlug(slug: string, taken: ReadonlySet<string>): string {
  if (!taken.has(slug)) return slug;
  let number = 2;
  while (taken.has(`${slug}-${number}`)) number += 1;
  return `${slug}-${number}`;
}
