import { foldText } from '#platform/fold-text.ts';
import type { Sql } from '#platform/postgres/database.ts';
import { plainCharacters } from '#platform/text.ts';

/** What an order is found by besides its customer: its number, with and without hyphens, and the recipient's name. Folded. */
export function searchTextOf(number: string, recipient: string): string {
  return foldText(`${number} ${number.replaceAll('-', '')} ${recipient}`);
}

/** LIKE patterns for the words of a search, each of which must be found; none when it asks for nothing. A hyphen, however it is written, stands for any one of its kind. */
function searchPatternsOf(search: string): string[] {
  const words = foldText(plainCharacters(search))
    .split(/\s+/)
    .filter((word) => word !== '');
  // PostgreSQL's text holds no NUL, so nothing is found by one: U+FFFF is no character and stands in no name
  return words.map(
    (word) =>
      `%${word
        .replaceAll('\0', '\uffff')
        .replaceAll(/[\\%_]/g, '\\$&')
        .replaceAll('-', '_')}%`,
  );
}

/** A word that is searched for. */
export type SearchWord = {
  readonly pattern: string;
  /** Whose names it is found in; null when they are so many that their orders are better found by reading all. */
  readonly customerIds: readonly string[] | null;
};

/** As many customers are looked up by an index; of more, PostgreSQL would compare each order with each of them. */
const mostCustomers = 200;

/** The words of a search, each with the customers that it finds. */
export function findWords(sql: Sql, search: string): Promise<SearchWord[]> {
  return Promise.all(
    searchPatternsOf(search).map(async (pattern) => {
      const { rows } = await sql.query<{ id: string }>(selectCustomers, [pattern, mostCustomers + 1]);
      return { pattern, customerIds: rows.length > mostCustomers ? null : rows.map(({ id }) => id) };
    }),
  );
}
const selectCustomers = 'SELECT user_id AS id FROM customers WHERE search_text LIKE $1::text LIMIT $2::int';

/**
 * The condition that an order has the word, in its own text or in that of its customer; `add` adds a parameter and answers its name. What
 * few orders have is found by trigram indexes; PostgreSQL combines two indexes only where no subquery is one side of the OR.
 */
export function hasWord({ pattern, customerIds }: SearchWord, add: (value: unknown) => string): string {
  const text = `${add(pattern)}::text`;
  return customerIds === null
    ? `(search_text LIKE ${text} OR user_id IN (SELECT customers.user_id FROM customers WHERE customers.search_text LIKE ${text}))`
    : `(search_text LIKE ${text} OR user_id = ANY (${add(customerIds)}::uuid[]))`;
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
