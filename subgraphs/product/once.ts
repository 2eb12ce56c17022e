import { createHash } from 'node:crypto';
import type { Sql } from '#platform/postgres/database.ts';
import { type IdempotencyKeyReused, idempotencyKeyReused } from './errors.ts';
import { type ProductRow, selectProducts } from './queries/catalogue.ts';

/** A request that is to be carried out once: `what` is everything that makes it this one and no other. */
export type Request = { readonly by: string; readonly key: string | undefined; readonly what: unknown };

/**
 * Carries out a request once under its key, however often it comes within 24 hours; without a key each time. Repeated, it answers the
 * products as they are now. A user error is not kept, for nothing happened. Runs in the transaction of `sql`: of two at once one waits.
 */
export async function once<UserError extends { __typename: string }>(
  sql: Sql,
  request: Request,
  work: () => Promise<ProductRow[] | UserError>,
): Promise<ProductRow[] | UserError | IdempotencyKeyReused> {
  const { by, key } = request;
  if (key === undefined) return work();
  const hash = createHash('sha256').update(JSON.stringify(request.what)).digest('hex');
  await sql.query(forgetOldKeys);
  const { rows } = await sql.query(claimKey, [by, key, hash]);
  if (rows.length === 0) return answerAgain(sql, by, key, hash);
  const result = await work();
  if ('__typename' in result) await sql.query(releaseKey, [by, key]);
  else await sql.query(keepAnswer, [by, key, JSON.stringify(result.map(({ id }) => id))]);
  return result;
}

async function answerAgain(sql: Sql, by: string, key: string, hash: string): Promise<ProductRow[] | IdempotencyKeyReused> {
  const { rows } = await sql.query<{ hash: string; ids: string[] }>(selectAnswer, [by, key]);
  const [answer] = rows;
  if (answer?.hash !== hash) return idempotencyKeyReused;
  const products = new Map((await selectProducts(sql, answer.ids)).map((row) => [row.id, row]));
  return answer.ids.flatMap((id) => products.get(id) ?? []);
}

const forgetOldKeys = `DELETE FROM idempotency_keys WHERE used_at < now() - interval '24 hours'`;
const claimKey = `
  INSERT INTO idempotency_keys (used_by, key, request_hash, product_ids) VALUES ($1, $2, $3, '[]') ON CONFLICT DO NOTHING RETURNING key`;
const releaseKey = 'DELETE FROM idempotency_keys WHERE used_by = $1 AND key = $2';
const keepAnswer = 'UPDATE idempotency_keys SET product_ids = $3 WHERE used_by = $1 AND key = $2';
const selectAnswer = 'SELECT request_hash AS hash, product_ids AS ids FROM idempotency_keys WHERE used_by = $1 AND key = $2';
