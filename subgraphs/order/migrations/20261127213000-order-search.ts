import { Migration } from '@mikro-orm/migrations';
import anyAscii from 'any-ascii';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The Latin letters that no decomposition makes plain, as đ and ß, and what they are in ASCII. */
const letters = Array.from({ length: 0xa800 }, (_, code) => String.fromCharCode(code))
  .filter((letter) => /(?!\p{ASCII})\p{Script=Latin}/u.test(letter))
  .filter((letter) => letter === letter.normalize('NFKD') && letter === letter.toLowerCase())
  .map((letter) => [letter, anyAscii(letter).toLowerCase()] as const);

/** As platform/fold-text.ts folds Latin letters. */
function folded(text: string): string {
  const plain = `lower(regexp_replace(normalize(${text}, NFKD), '[\\u0300-\\u036f]', '', 'g') COLLATE "vi-x-icu")`;
  const single = letters.filter(([, ascii]) => ascii.length === 1);
  const longer = letters.filter(([, ascii]) => ascii.length !== 1);
  const listed = (column: 0 | 1) => quoted(single.map((pair) => pair[column]).join(''));
  const translated = `translate(${plain}, ${listed(0)}, ${listed(1)})`;
  return `normalize(${longer.reduce((inner, [letter, ascii]) => `replace(${inner}, ${quoted(letter)}, ${quoted(ascii)})`, translated)}, NFC)`;
}

/** Orders are found by part of their number, by their recipient, and by their customer's names. */
export class OrderSearch extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE orders ADD COLUMN search_text text NOT NULL DEFAULT ''`);
    this.addSql(
      `UPDATE orders SET search_text = ${folded(`number || ' ' || replace(number, '-', '') || ' ' || coalesce(shipping_address->>'name', '')`)}`,
    );
    this.addSql(`
      CREATE TABLE customers (
        user_id uuid NOT NULL PRIMARY KEY,
        version int NOT NULL CONSTRAINT customers_version_check CHECK (version >= 1),
        search_text text NOT NULL
      )`);
    // accounts that are closed already are not found by what is heard of them late
    this.addSql(`INSERT INTO customers (user_id, version, search_text) SELECT user_id, 2147483647, '' FROM closed_accounts`);
  }

  override down(): void {
    this.addSql('DROP TABLE customers');
    this.addSql('ALTER TABLE orders DROP COLUMN search_text');
  }
}
