import { Migration } from '@mikro-orm/migrations';
import anyAscii from 'any-ascii';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const hex = (letter = '') => `\\U${letter.codePointAt(0)?.toString(16).padStart(8, '0')}`;
const characters = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');
/** Those of the planes that have any, but NUL and surrogates. */
const everyCharacter = `${characters(1, 0xd7ff)}${characters(0xe000, 0x1ffff)}${characters(0xe0000, 0xe0fff)}`;

/** The characters that match, as they stand between the brackets of a pattern of PostgreSQL. */
function listOf(pattern: RegExp): string {
  const found = Array.from(everyCharacter.matchAll(new RegExp(`${pattern.source}+`, 'gu')), ([run]) => Array.from(run));
  return found.map((run) => `${hex(run[0])}-${hex(run.at(-1))}`).join('');
}

/** The Latin letters that no decomposition makes plain, as đ and ß, and what they are in ASCII. */
const letters = Array.from({ length: 0xac00 }, (_, code) => String.fromCharCode(code))
  .filter((letter) => /(?!\p{ASCII})\p{Script=Latin}/u.test(letter))
  .filter((letter) => letter === letter.normalize('NFKD') && letter === letter.toLowerCase())
  .map((letter) => [letter, anyAscii(letter).toLowerCase()] as const);

const lower = (text: string) => `lower((${text}) COLLATE "vi-x-icu")`;

/** In lower case and with Latin letters as ASCII, once no marks are in the way. */
function plain(text: string): string {
  const single = letters.filter(([, ascii]) => ascii.length === 1);
  const longer = letters.filter(([, ascii]) => ascii.length !== 1);
  const listed = (column: 0 | 1) => quoted(single.map((pair) => pair[column]).join(''));
  const translated = `translate(${lower(text)}, ${listed(0)}, ${listed(1)})`;
  return `normalize(${longer.reduce((inner, [letter, ascii]) => `replace(${inner}, ${quoted(letter)}, ${quoted(ascii)})`, translated)}, NFC)`;
}

const without = (text: string, list: string) => `regexp_replace(${text}, '[${list}]+', '', 'g')`;
const points =
  '\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a\\u064b-\\u0652\\u0656-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed';

/** As platform/fold-text.ts folds from now on: marks are dropped where they are accents, and what stands unseen. */
function folded(text: string): string {
  const accents = `([${listOf(/[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]/u)}])[${listOf(/\p{M}/u)}]+`;
  const seen = without(`normalize(${text}, NFKD)`, listOf(/\p{Default_Ignorable_Code_Point}/u));
  return plain(without(`regexp_replace(${seen}, '${accents}', '\\1', 'g')`, points));
}

/** As it folded before: without any mark. */
const foldedBefore = (text: string) => plain(without(`normalize(${text}, NFKD)`, listOf(/\p{M}/u)));

// words begin with a letter or a digit, so that a mark that stands alone is none
const words = (text: string) => {
  const marks = listOf(/\p{M}/u);
  const loose = `regexp_replace((${text}) COLLATE "vi-x-icu", '(^|[^[:alnum:]${marks}])[${marks}]+', '\\1', 'g')`;
  return `btrim(regexp_replace(${loose} COLLATE "vi-x-icu", '[^[:alnum:]${marks}]+', ' ', 'g'))`;
};
const wordsBefore = (text: string) => `btrim(regexp_replace((${text}) COLLATE "vi-x-icu", '[^[:alnum:]]+', ' ', 'g'))`;

const searched = `name || ' ' || description || ' ' || slug`;
const named = lower('normalize(name, NFC)');

/** Products keep the signs that are part of their letters: "हिन्दी" is no longer searched as "हनद". Their addresses stay what they are. */
export class LettersKeepTheirSigns extends Migration {
  override up(): void {
    this.addSql(`UPDATE products SET search_text = ' ' || ${words(folded(searched))}, name_key = ${words(named)}`);
  }

  override down(): void {
    this.addSql(`UPDATE products SET search_text = ' ' || ${wordsBefore(foldedBefore(searched))}, name_key = ${wordsBefore(named)}`);
  }
}
