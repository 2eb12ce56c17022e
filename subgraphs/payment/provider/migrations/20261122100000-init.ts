import { Migration } from '@mikro-orm/migrations';

export class Init extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE charges (
        id uuid PRIMARY KEY,
        idempotency_key text NOT NULL,
        method_id text NOT NULL,
        amount int NOT NULL,
        currency text NOT NULL,
        outcome text NOT NULL,
        decline_code text,
        created_at timestamptz(3) NOT NULL,
        settles_at timestamptz(3) NOT NULL,
        silent_until timestamptz(3) NOT NULL,
        refunded_amount int NOT NULL DEFAULT 0,
        failed_refunds int NOT NULL DEFAULT 0,
        CONSTRAINT charges_amount_check CHECK (amount >= 0),
        CONSTRAINT charges_outcome_check CHECK (outcome IN ('SUCCEEDED', 'DECLINED')),
        CONSTRAINT charges_decline_check CHECK ((decline_code IS NOT NULL) = (outcome = 'DECLINED')),
        CONSTRAINT charges_refunded_check CHECK (
          refunded_amount >= 0 AND refunded_amount <= amount AND (refunded_amount = 0 OR outcome = 'SUCCEEDED')
        )
      )`);
    this.addSql('CREATE INDEX charges_idempotency_key_index ON charges (idempotency_key)');
    this.addSql(`
      CREATE TABLE charge_refunds (
        id uuid PRIMARY KEY,
        idempotency_key text NOT NULL,
        charge_id uuid NOT NULL,
        amount int NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT charge_refunds_idempotency_key_unique UNIQUE (idempotency_key),
        CONSTRAINT charge_refunds_charge_id_foreign FOREIGN KEY (charge_id) REFERENCES charges (id),
        CONSTRAINT charge_refunds_amount_check CHECK (amount >= 0)
      )`);
    this.addSql('CREATE INDEX charge_refunds_charge_id_index ON charge_refunds (charge_id)');
    this.addSql('CREATE TABLE idempotency_keys (key text PRIMARY KEY, charge_id uuid, created_at timestamptz(3) NOT NULL)');
    this.addSql('CREATE INDEX idempotency_keys_created_at_index ON idempotency_keys (created_at)');
  }

  override down(): void {
    this.addSql('DROP TABLE idempotency_keys');
    this.addSql('DROP TABLE charge_refunds');
    this.addSql('DROP TABLE charges');
  }
}
