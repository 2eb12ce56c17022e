import anyAscii from 'any-ascii';

/** Marks that are accents and no part of a letter: those of Latin, Greek and Cyrillic letters, and of signs and digits. */
const accents = /([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}])\p{M}+/gu;
/** Hebrew points and Arabic vowel signs, which are left out where people know the word; hamza and madda make other letters and stay. */
const points =
  /[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]/gu;

/**
 * A text as people type it who leave out accents: lower case, Latin letters as ASCII without accents ("Đà Lạt" is "da lat", "Straße" is
 * "strasse"), and without what stands in it unseen. Letters of other scripts stay what they are, with the signs that are part of them.
 * A search folds both sides; stored columns hold folded text.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(accents, '$1')
    .replaceAll(points, '')
    .toLowerCase()
    .replaceAll(/(?!\p{ASCII})\p{Script=Latin}/gu, (letter) => anyAscii(letter).toLowerCase())
    .normalize('NFC');
}

/** The words of a text, of letters with their marks and digits only. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? [];
}
