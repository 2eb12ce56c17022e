import { Migration } from '@mikro-orm/migrations';

export class Init extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE payments (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL,
        user_id uuid,
        amount int,
        currency text,
        method_id text,
        status text NOT NULL,
        failure_code text,
        failure_message text,
        reserved_at timestamptz(3),
        ended_at timestamptz(3),
        provider_charge_id text,
        next_attempt_at timestamptz(3),
        attempts int NOT NULL DEFAULT 0,
        charge_attempts int NOT NULL DEFAULT 0,
        traceparent text,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT payments_order_id_unique UNIQUE (order_id),
        CONSTRAINT payments_status_check CHECK (status IN ('EXPECTED', 'CHARGING', 'CAPTURED', 'DECLINED', 'VOIDED', 'REFUNDED')),
        CONSTRAINT payments_amount_check CHECK (amount >= 0),
        CONSTRAINT payments_currency_check CHECK ((amount IS NULL) = (currency IS NULL)),
        CONSTRAINT payments_known_check CHECK (
          status IN ('EXPECTED', 'VOIDED')
          OR (amount IS NOT NULL AND user_id IS NOT NULL AND method_id IS NOT NULL AND reserved_at IS NOT NULL)
        ),
        CONSTRAINT payments_charge_check CHECK ((provider_charge_id IS NOT NULL) = (status IN ('CAPTURED', 'REFUNDED'))),
        CONSTRAINT payments_failure_check CHECK (
          (failure_code IS NOT NULL) = (status = 'DECLINED') AND (failure_code IS NULL) = (failure_message IS NULL)
        ),
        CONSTRAINT payments_ended_check CHECK (ended_at IS NOT NULL OR status NOT IN ('VOIDED', 'REFUNDED')),
        CONSTRAINT payments_never_forgotten_check CHECK (
          (next_attempt_at IS NOT NULL) = (status = 'CHARGING' OR (status = 'CAPTURED' AND ended_at IS NOT NULL))
        )
      )`);
    this.addSql('CREATE INDEX payments_next_attempt_at_index ON payments (next_attempt_at) WHERE next_attempt_at IS NOT NULL');
    this.addSql(`
      CREATE TABLE refunds (
        id uuid PRIMARY KEY,
        payment_id uuid NOT NULL,
        amount int NOT NULL,
        status text NOT NULL,
        provider_refund_id text,
        requested_at timestamptz(3) NOT NULL DEFAULT now(),
        completed_at timestamptz(3),
        CONSTRAINT refunds_payment_id_unique UNIQUE (payment_id),
        CONSTRAINT refunds_payment_id_foreign FOREIGN KEY (payment_id) REFERENCES payments (id),
        CONSTRAINT refunds_amount_check CHECK (amount >= 0),
        CONSTRAINT refunds_status_check CHECK (status IN ('REQUESTED', 'SUCCEEDED')),
        CONSTRAINT refunds_completed_check CHECK (
          (completed_at IS NOT NULL) = (status = 'SUCCEEDED') AND (provider_refund_id IS NOT NULL) = (status = 'SUCCEEDED')
        )
      )`);
    this.addSql(
      'CREATE TABLE outbox (id bigserial PRIMARY KEY, topic text NOT NULL, key text NOT NULL, headers jsonb NOT NULL, value text, created_at timestamptz(3) NOT NULL DEFAULT now()) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)',
    );
    this.addSql(
      'CREATE TABLE inbox (consumer text NOT NULL, event_id text NOT NULL, handled_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (consumer, event_id))',
    );
    this.addSql('CREATE INDEX inbox_handled_at_index ON inbox (handled_at)');
  }

  override down(): void {
    this.addSql('DROP TABLE inbox');
    this.addSql('DROP TABLE outbox');
    this.addSql('DROP TABLE refunds');
    this.addSql('DROP TABLE payments');
  }
}
