import type { Database } from '#platform/postgres/database.ts';

/** What goes wrong on request. A rate is the share of calls that it happens to, 0 to 1. */
export type Faults = {
  /** Charges that are declined, whatever the card. */
  readonly declineRate: number;
  /** How long every call is under way before the provider has it. A caller that gives up meanwhile does not stop it. */
  readonly delayMs: number;
  /** Calls that are done but never answered. */
  readonly lostAnswerRate: number;
  /** Calls that reach the provider twice. */
  readonly repeatRate: number;
};

export type FaultSwitches = Faults & {
  /** Null when none was ever changed. */
  readonly changedAt: Date | null;
};

const allOff: FaultSwitches = { declineRate: 0, delayMs: 0, lostAnswerRate: 0, repeatRate: 0, changedAt: null };
/** How long after a change another process may still not know of it. */
const keptMs = 1000;

/** The switches are one row of the provider's database, so that all processes agree on them and a restarted one finds them. */
export class FaultSwitchStore {
  readonly #database: Database;
  readonly #now: () => Date;
  #kept: { readonly switches: Promise<FaultSwitches>; readonly untilMs: number } | undefined;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /** What holds for a call: at most a second old, so that busy times cost no more than one statement a second. */
  current(): Promise<Faults> {
    return this.#kept !== undefined && performance.now() < this.#kept.untilMs ? this.#kept.switches : this.read();
  }

  read(): Promise<FaultSwitches> {
    const switches = this.#database.query<SwitchesRow>(selectSwitches).then(({ rows }) => toSwitches(rows[0]));
    const mine = { switches, untilMs: performance.now() + keptMs };
    this.#kept = mine;
    // what could not be read is asked for again by the next call
    switches.catch(() => {
      if (this.#kept === mine) this.#kept = undefined;
    });
    return switches;
  }

  /** What is left out stays. Holds for this process from now on, for others within a second. */
  async set(changes: Partial<Faults>): Promise<FaultSwitches> {
    const { declineRate = null, delayMs = null, lostAnswerRate = null, repeatRate = null } = changes;
    const values = [declineRate, delayMs, lostAnswerRate, repeatRate, this.#now().toISOString()];
    const { rows } = await this.#database.query<SwitchesRow>(updateSwitches, values);
    const switches = toSwitches(rows[0]);
    this.#kept = { switches: Promise.resolve(switches), untilMs: performance.now() + keptMs };
    return switches;
  }
}

type SwitchesRow = Faults & { readonly changedAt: string | null };

function toSwitches(row: SwitchesRow | undefined): FaultSwitches {
  return row === undefined ? allOff : { ...row, changedAt: row.changedAt === null ? null : new Date(row.changedAt) };
}

const columns = `
  decline_rate::float8 AS "declineRate", delay_ms AS "delayMs", lost_answer_rate::float8 AS "lostAnswerRate",
  repeat_rate::float8 AS "repeatRate", changed_at AS "changedAt"`;
const selectSwitches = `SELECT ${columns} FROM fault_switches`;

// setting what is set already is no change
const updateSwitches = `
  INSERT INTO fault_switches AS was (id, decline_rate, delay_ms, lost_answer_rate, repeat_rate, changed_at)
  VALUES (1, coalesce($1::numeric(7, 6), 0), coalesce($2::int, 0), coalesce($3::numeric(7, 6), 0), coalesce($4::numeric(7, 6), 0),
    CASE WHEN num_nonnulls($1::numeric(7, 6), $2::int, $3::numeric(7, 6), $4::numeric(7, 6)) > 0 THEN $5::timestamptz END)
  ON CONFLICT (id) DO UPDATE SET
    decline_rate = coalesce($1::numeric(7, 6), was.decline_rate), delay_ms = coalesce($2::int, was.delay_ms),
    lost_answer_rate = coalesce($3::numeric(7, 6), was.lost_answer_rate), repeat_rate = coalesce($4::numeric(7, 6), was.repeat_rate),
    changed_at = CASE
      WHEN $1::numeric(7, 6) <> was.decline_rate OR $2::int <> was.delay_ms OR $3::numeric(7, 6) <> was.lost_answer_rate OR $4::numeric(7, 6) <> was.repeat_rate
      THEN $5::timestamptz ELSE was.changed_at END
  RETURNING ${columns}`;
