import { Migration } from '@mikro-orm/migrations';
import anyAscii from 'any-ascii';

/** The words of a text: letters and digits, as Unicode has them. */
const words = (text: string) => `btrim(regexp_replace((${text}) COLLATE "vi-x-icu", '[^[:alnum:]]+', ' ', 'g'))`;
const lower = (text: string) => `lower((${text}) COLLATE "vi-x-icu")`;
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The Latin letters that no decomposition makes plain, as đ and ß, and what they are in ASCII. */
const letters = Array.from({ length: 0xa800 }, (_, code) => String.fromCharCode(code))
  .filter((letter) => /(?!\p{ASCII})\p{Script=Latin}/u.test(letter))
  .filter((letter) => letter === letter.normalize('NFKD') && letter === letter.toLowerCase())
  .map((letter) => [letter, anyAscii(letter).toLowerCase()] as const);

/** What is searched for is folded from now on: "da lat" finds "Đà Lạt"; and it is found by its slug. */
export class FoldedTexts extends Migration {
  override up(): void {
    const single = letters.filter(([, plain]) => plain.length === 1);
    const longer = letters.filter(([, plain]) => plain.length !== 1);
    const translated = `translate(normalize(search_text || ' ' || replace(slug, '-', ' '), NFC), ${quoted(single.map(([letter]) => letter).join(''))}, ${quoted(single.map(([, plain]) => plain).join(''))})`;
    const folded = longer.reduce((text, [letter, plain]) => `replace(${text}, ${quoted(letter)}, ${quoted(plain)})`, translated);
    this.addSql(`UPDATE products SET search_text = ${folded}, name_key = ${words(lower('normalize(name, NFC)'))}`);
  }

  override down(): void {
    const plain = (text: string) => words(lower(`regexp_replace(normalize(${text}, NFKD), '[\\u0300-\\u036f]', '', 'g')`));
    this.addSql(`UPDATE products SET search_text = ' ' || ${plain(`name || ' ' || description`)}, name_key = ${plain('name')}`);
  }
}
