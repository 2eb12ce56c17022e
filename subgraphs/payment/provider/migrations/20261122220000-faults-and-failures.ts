import { Migration } from '@mikro-orm/migrations';

export class FaultsAndFailures extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE fault_switches (
        id int PRIMARY KEY,
        decline_rate numeric(7, 6) NOT NULL,
        delay_ms int NOT NULL,
        lost_answer_rate numeric(7, 6) NOT NULL,
        repeat_rate numeric(7, 6) NOT NULL,
        changed_at timestamptz(3),
        CONSTRAINT fault_switches_one_check CHECK (id = 1),
        CONSTRAINT fault_switches_decline_rate_check CHECK (decline_rate >= 0 AND decline_rate <= 1),
        CONSTRAINT fault_switches_delay_check CHECK (delay_ms >= 0),
        CONSTRAINT fault_switches_lost_answer_rate_check CHECK (lost_answer_rate >= 0 AND lost_answer_rate <= 1),
        CONSTRAINT fault_switches_repeat_rate_check CHECK (repeat_rate >= 0 AND repeat_rate <= 1)
      )`);
    this.addSql(`
      CREATE TABLE refund_failures (
        id uuid PRIMARY KEY,
        charge_id uuid NOT NULL,
        amount int NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT refund_failures_charge_id_foreign FOREIGN KEY (charge_id) REFERENCES charges (id),
        CONSTRAINT refund_failures_amount_check CHECK (amount >= 0)
      )`);
    this.addSql('CREATE INDEX refund_failures_charge_id_index ON refund_failures (charge_id)');
  }

  override down(): void {
    this.addSql('DROP TABLE refund_failures');
    this.addSql('DROP TABLE fault_switches');
  }
}
