import { foldText } from '#platform/fold-text.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { plainCharacters } from '#platform/text.ts';
import { readNumber, withDigits } from './domain.ts';

/** What an order is found by besides its customer: its number, with and without hyphens, and the recipient's name. Folded. */
export function searchTextOf(number: string, recipient: string): string {
  return foldText(`${number} ${number.replaceAll('-', '')} ${recipient}`);
}

/** What stands around a word where it was copied: marks of a sentence, quotation marks, brackets. */
const around = /^[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'#<>.,;:!?]+|[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'#<>.,;:!?]+$/gu;

/** The words of a search, each of which must be found; none when it asks for nothing. Signs alone are looked for where nothing else is. */
function wordsOf(search: string): string[] {
  const written = foldText(plainCharacters(search))
    .split(/\s+/)
    .filter((word) => word !== '');
  const words = written.map((word) => word.replaceAll(around, '')).filter((word) => word !== '');
  return words.length > 0 ? words : written;
}

/** Inside of a word, as keyboards have them: ' ’ ‘ ʼ ` and the ´ that is folded to a blank. */
const apostrophes = /(?<=.)['\u2019\u2018\u02bc`](?=.)/gu;

/** The LIKE pattern for a word. A hyphen, and an apostrophe, however it is written, stands for any one of its kind. */
function patternOf(word: string): string {
  // PostgreSQL's text holds no NUL, so nothing is found by one: U+FFFF is no character and stands in no name
  const literal = word.replaceAll('\0', '\uffff').replaceAll(/[\\%_]/g, '\\$&');
  return `%${literal.replaceAll('-', '_').replaceAll(apostrophes, '_')}%`;
}

/** The pattern for a word that may be of a number and is written with letters that look like digits, else null: "lil" is rather a name than 111. */
function numberPatternOf(word: string): string | null {
  const digits = withDigits(word);
  return digits !== word && (/[\d-]/.test(word) || readNumber(word) !== '') ? patternOf(digits) : null;
}

/** A word that is searched for. */
export type SearchWord = {
  readonly pattern: string;
  /** How else it may be written in a number; null when it may not. */
  readonly numberPattern: string | null;
  /** Whose names it is found in; null when they are so many that their orders are better found by reading all. */
  readonly customerIds: readonly string[] | null;
};

/** As many customers are looked up by an index; of more, PostgreSQL would compare each order with each of them. */
const mostCustomers = 200;

/** The words of a search, each with the customers that it finds. */
export function findWords(sql: Sql, search: string): Promise<SearchWord[]> {
  return Promise.all(
    wordsOf(search).map(async (word) => {
      const pattern = patternOf(word);
      const { rows } = await sql.query<{ id: string }>(selectCustomers, [pattern, mostCustomers + 1]);
      return { pattern, numberPattern: numberPatternOf(word), customerIds: rows.length > mostCustomers ? null : rows.map(({ id }) => id) };
    }),
  );
}
const selectCustomers = 'SELECT user_id AS id FROM customers WHERE search_text LIKE $1::text LIMIT $2::int';

/**
 * The condition that an order has the word, in its own text or in that of its customer; `add` adds a parameter and answers its name. What
 * few orders have is found by trigram indexes; PostgreSQL combines two indexes only where no subquery is one side of the OR.
 */
export function hasWord({ pattern, numberPattern, customerIds }: SearchWord, add: (value: unknown) => string): string {
  const text = `${add(pattern)}::text`;
  const own =
    numberPattern === null ? `search_text LIKE ${text}` : `search_text LIKE ${text} OR search_text LIKE ${add(numberPattern)}::text`;
  return customerIds === null
    ? `(${own} OR user_id IN (SELECT customers.user_id FROM customers WHERE customers.search_text LIKE ${text}))`
    : `(${own} OR user_id = ANY (${add(customerIds)}::uuid[]))`;
}

/** The names by which a customer is found; without names, none is. `version` is that of the account. */
export type CustomerNames = { readonly userId: string; readonly version: number; readonly names: string };

/** Keeps by which names customers are found; older versions than what is known change nothing. */
export async function saveCustomers(sql: Sql, customers: readonly CustomerNames[]): Promise<void> {
  await sql.query(upsert, [JSON.stringify(customers.map(({ userId, version, names }) => ({ userId, version, text: foldText(names) })))]);
}

const upsert = `
  INSERT INTO customers (user_id, version, search_text)
  SELECT DISTINCT ON ("userId") "userId", version, text
  FROM jsonb_to_recordset($1) AS customer ("userId" uuid, version int, text text) ORDER BY "userId", version DESC
  ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, search_text = excluded.search_text
  WHERE customers.version < excluded.version`;
