import pg from 'pg';
import { askInvariants } from '#tools/invariants/ask-invariants.ts';
import { invariants } from '#tools/invariants/invariants.ts';
import type { OpenShop } from './shop.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows of one of the shop's databases, asked behind its back. */
export async function rowsOf(postgresUrl: string, database: string, statement: string): Promise<Row[]> {
  const url = new URL(postgresUrl);
  url.pathname = `/marigold_${database}`;
  const client = new pg.Client({ connectionString: url.href });
  // a killed server is reported by the query, and again by the connection
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** What breaks the invariants of a shop when all has settled, or after `withinMs`: one sentence each, none when all is well. */
export async function broken(
  { postgresUrl, kafkaBrokers }: Pick<OpenShop, 'postgresUrl' | 'kafkaBrokers'>,
  withinMs: number,
  { except }: { readonly except?: string } = {},
): Promise<string[]> {
  const only = invariants.filter(({ name }) => name !== except);
  const verdicts = await askInvariants({ postgresUrl, kafkaBrokers }, withinMs, { only });
  return verdicts.flatMap((verdict) => verdict.broken.map((sentence) => `${verdict.name}: ${sentence}`));
}
