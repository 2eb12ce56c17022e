/** What people write, made comparable before any rule is asked. Pages use this, too: nothing of Node here. */

/** A code point that shows: a letter, digit, sign or symbol that is neither a filler nor ignorable (Unicode, Default_Ignorable_Code_Point). */
const visible = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/** Marks that turn the direction of what follows (Unicode, UAX 9): telephones put them around a copied number, and a name with one turns the label around it. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/** The text composed (NFC), without marks that turn it around and without blanks around it; empty when nothing of it can be seen. */
export function tidyText(text: string): string {
  const composed = text.replaceAll(turning, '').normalize('NFC').trim();
  return visible.test(composed) ? composed : '';
}

/** How many characters a person would count, approximated by Unicode code points. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** Line breaks and tabs are the only control characters that people write. PostgreSQL rejects NUL in a text; the others have no business in one. */
export function hasControlCharacters(text: string): boolean {
  return /(?![\n\r\t])\p{Cc}/u.test(text);
}

/** On one line: nothing that a label, a page or a mail header would break at. */
export function isOneLine(text: string): boolean {
  return !/[\n\r\t\v\f\u0085\u2028\u2029]/.test(text);
}

/** The same password whatever keyboard composed its letters and whichever blank is between its words (NIST SP 800-63B, 5.1.1.2). */
export function preparePassword(text: string): string {
  return text.normalize('NFKC');
}

export const passwordLimits = { min: 10, max: 200 } as const;

/** How many characters of a password were typed, and would have to be guessed: a ligature that stands for a whole phrase is one. */
export function passwordLength(typed: string): number {
  return Math.min(lengthOf(typed.normalize('NFC')), lengthOf(preparePassword(typed)));
}

/** Whether a password, prepared, has fewer than four different characters that can be seen. */
export function isEasyToGuess(password: string): boolean {
  return new Set(Array.from(password).filter((character) => visible.test(character))).size < 4;
}

/** What people type for a hyphen: every dash (Unicode, Dash_Punctuation), minus signs, a bullet, and the long vowel mark beside the digits of a Japanese keyboard. */
const hyphens = /[\p{Pd}\u02d7\u2043\u2212\u2796\u30fc]/gu;

/** A code or number in the characters that computers write it with: ASCII digits, hyphens and blanks, and nothing that cannot be seen. */
export function plainCharacters(text: string): string {
  const seen = text.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
  return seen
    .replaceAll(hyphens, '-')
    .replaceAll(/\p{Nd}/gu, asciiDigit)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The digits of each script follow each other from zero (Unicode, 4.6), and so do blocks of digits that touch. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}
