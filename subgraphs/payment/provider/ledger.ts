import type { Database, Sql } from '#platform/postgres/database.ts';
import type { DeclineCode, LedgerEntry } from './provider.ts';

/** A charge as the ledger holds it; `declineCode` is null when it succeeded. */
export type LedgerCharge = {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly methodId: string;
  readonly amount: number;
  readonly currency: string;
  readonly declineCode: DeclineCode | null;
  readonly createdAt: Date;
  readonly settlesAt: Date;
  readonly silentUntil: Date;
};

/** `charge` is null when the key was closed before anything was charged. */
export type KeyRecord = { readonly isNew: boolean; readonly charge: LedgerCharge | null };

/** Writes each charge whose key is not known, and resolves to what each key stands for. Several charges may have one key. */
export async function recordCharges(database: Database, charges: readonly LedgerCharge[]): Promise<KeyRecord[]> {
  const { rows: written } = await database.query<{ id: string }>(insertCharges, [JSON.stringify(charges)]);
  const isWritten = new Set(written.map(({ id }) => id));
  const knownKeys = charges.filter(({ id }) => !isWritten.has(id)).map(({ idempotencyKey }) => idempotencyKey);
  const known = knownKeys.length === 0 ? new Map<string, LedgerCharge | null>() : await readKeys(database, knownKeys);
  return charges.map((charge) =>
    isWritten.has(charge.id) ? { isNew: true, charge } : { isNew: false, charge: known.get(charge.idempotencyKey) ?? null },
  );
}

/** The oldest charge under a key, even when the key itself is forgotten. */
export async function findCharge(database: Database, idempotencyKey: string): Promise<LedgerCharge | null> {
  const { rows } = await database.query<ChargeRow>('SELECT * FROM charges WHERE idempotency_key = $1 ORDER BY created_at, id LIMIT 1', [
    idempotencyKey,
  ]);
  return rows[0] ? toCharge(rows[0]) : null;
}

/** Takes the key, so that no later charge gets it. Resolves to the charge that had it already, or null. */
export async function closeKey(database: Database, idempotencyKey: string, now: Date): Promise<LedgerCharge | null> {
  // waits for a charge that is being written under the same key, which the next statement then sees
  await database.query('INSERT INTO idempotency_keys (key, created_at) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING', [
    idempotencyKey,
    now.toISOString(),
  ]);
  return findCharge(database, idempotencyKey);
}

export type LedgerRefund = { readonly id: string; readonly idempotencyKey: string; readonly chargeId: string; readonly amount: number };

export type RefundResult = { status: 'DONE'; refundId: string } | { status: 'FAILED' } | { status: 'REJECTED'; reason: string };

/**
 * Gives money of a charge back, once per key. `failsFirst` decides whether the first refund of a charge fails.
 * FAILED and REJECTED returned no money; `reason` is the cause.
 */
export function recordRefund(
  database: Database,
  refund: LedgerRefund,
  now: Date,
  failsFirst: (charge: LedgerCharge) => boolean,
): Promise<RefundResult> {
  return database.transaction(async (sql) => {
    const { rows } = await sql.query<ChargeRow>('SELECT * FROM charges WHERE id = $1 FOR UPDATE', [refund.chargeId]);
    const [row] = rows;
    if (row === undefined) return { status: 'REJECTED', reason: 'There is no such charge.' };
    const done = await rememberedRefund(sql, refund);
    if (done !== null) return done;
    const reason = whyNotRefundable(row, refund, now);
    if (reason !== null) return { status: 'REJECTED', reason };
    if (row.failed_refunds === 0 && failsFirst(toCharge(row))) {
      await sql.query(insertFailure, [refund.id, row.id, refund.amount, now.toISOString()]);
      return { status: 'FAILED' };
    }
    await sql.query('UPDATE charges SET refunded_amount = refunded_amount + $2 WHERE id = $1', [row.id, refund.amount]);
    await sql.query('INSERT INTO charge_refunds (id, idempotency_key, charge_id, amount, created_at) VALUES ($1, $2, $3, $4, $5)', [
      refund.id,
      refund.idempotencyKey,
      row.id,
      refund.amount,
      now.toISOString(),
    ]);
    return { status: 'DONE', refundId: refund.id };
  });
}

async function rememberedRefund(sql: Sql, refund: LedgerRefund): Promise<RefundResult | null> {
  const { rows } = await sql.query<{ id: string; charge_id: string; amount: number }>(
    'SELECT id, charge_id, amount FROM charge_refunds WHERE idempotency_key = $1',
    [refund.idempotencyKey],
  );
  const [done] = rows;
  if (done === undefined) return null;
  if (done.charge_id === refund.chargeId && done.amount === refund.amount) return { status: 'DONE', refundId: done.id };
  return { status: 'REJECTED', reason: 'This key was used for another refund.' };
}

function whyNotRefundable(row: ChargeRow, refund: LedgerRefund, now: Date): string | null {
  if (row.decline_code !== null || new Date(row.settles_at) > now) return 'Nothing was charged.';
  return row.refunded_amount + refund.amount > row.amount ? 'This is more than was charged.' : null;
}

/** Forgets the keys that are older; their charges stay. Resolves to how many. */
export async function forgetKeys(database: Database, before: Date): Promise<number> {
  const { count } = await database.query('DELETE FROM idempotency_keys WHERE created_at < $1', [before.toISOString()]);
  return count;
}

export type LedgerRow = Omit<LedgerEntry, 'at' | 'note'> & { readonly at: Date; readonly declineCode: DeclineCode | null };

/** Charges under these keys, and their refunds, done or failed; the first one first. */
export async function readLedger(database: Database, chargeKeys: readonly string[], now: Date): Promise<LedgerRow[]> {
  const { rows } = await database.query<Omit<LedgerRow, 'at'> & { at: string }>(selectLedger, [chargeKeys, now.toISOString()]);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

type ChargeRow = {
  id: string;
  idempotency_key: string;
  method_id: string;
  amount: number;
  currency: string;
  decline_code: DeclineCode | null;
  created_at: string;
  settles_at: string;
  silent_until: string;
  refunded_amount: number;
  failed_refunds: number;
};

async function readKeys(database: Database, keys: readonly string[]): Promise<Map<string, LedgerCharge | null>> {
  const { rows } = await database.query<ChargeRow & { key: string }>(
    'SELECT k.key, c.* FROM idempotency_keys k LEFT JOIN charges c ON c.id = k.charge_id WHERE k.key = ANY($1)',
    [keys],
  );
  return new Map(rows.map((row) => [row.key, row.id === null ? null : toCharge(row)]));
}

function toCharge(row: ChargeRow): LedgerCharge {
  return {
    id: row.id,
    idempotencyKey: row.idempotency_key,
    methodId: row.method_id,
    amount: row.amount,
    currency: row.currency,
    declineCode: row.decline_code,
    createdAt: new Date(row.created_at),
    settlesAt: new Date(row.settles_at),
    silentUntil: new Date(row.silent_until),
  };
}

const insertFailure = `
  WITH counted AS (UPDATE charges SET failed_refunds = failed_refunds + 1 WHERE id = $2::uuid)
  INSERT INTO refund_failures (id, charge_id, amount, created_at) VALUES ($1::uuid, $2::uuid, $3::int, $4::timestamptz)`;

const selectLedger = `
  WITH asked AS (SELECT * FROM charges WHERE idempotency_key = ANY($1::text[]))
  SELECT id, idempotency_key AS "chargeKey", 'CHARGE' AS kind, CASE WHEN settles_at > $2::timestamptz THEN 'PROCESSING' ELSE outcome END AS outcome,
    decline_code AS "declineCode", amount, currency, created_at AS at
  FROM asked
  UNION ALL
  SELECT r.id, c.idempotency_key, 'REFUND', 'SUCCEEDED', NULL, r.amount, c.currency, r.created_at
  FROM charge_refunds r JOIN asked c ON c.id = r.charge_id
  UNION ALL
  SELECT f.id, c.idempotency_key, 'REFUND', 'FAILED', NULL, f.amount, c.currency, f.created_at
  FROM refund_failures f JOIN asked c ON c.id = f.charge_id
  ORDER BY at, kind, outcome, id`;

// in the order of the keys, so that two groups with the same keys never wait for each other in a circle
const insertCharges = `
  WITH asked AS (
    SELECT *
    FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (id uuid, "idempotencyKey" text, "methodId" text, amount int, currency text,
      "declineCode" text, "createdAt" timestamptz, "settlesAt" timestamptz, "silentUntil" timestamptz))
      AS asked (id, key, method_id, amount, currency, decline_code, created_at, settles_at, silent_until)
  ), taken AS (
    INSERT INTO idempotency_keys (key, charge_id, created_at)
    SELECT key, id, created_at FROM asked ORDER BY key
    ON CONFLICT (key) DO NOTHING
    RETURNING charge_id
  )
  INSERT INTO charges (id, idempotency_key, method_id, amount, currency, outcome, decline_code, created_at, settles_at, silent_until)
  SELECT id, key, method_id, amount, currency, CASE WHEN decline_code IS NULL THEN 'SUCCEEDED' ELSE 'DECLINED' END, decline_code,
    asked.created_at, settles_at, silent_until
  FROM asked JOIN taken ON taken.charge_id = asked.id
  RETURNING id`;
