import anyAscii from 'any-ascii';

/**
 * A text as people type it who leave out accents: lower case, without marks, Latin letters as ASCII ("Đà Lạt" is "da lat", "Straße" is
 * "strasse"). Letters of other scripts stay what they are. Whoever searches folds both sides; stored columns hold folded text.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/(?!\p{ASCII})\p{Script=Latin}/gu, (letter) => anyAscii(letter).toLowerCase())
    .normalize('NFC');
}

/** The words of a text, of letters and digits only. */
export function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}
