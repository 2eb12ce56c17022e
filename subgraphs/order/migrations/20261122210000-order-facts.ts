import { Migration } from '@mikro-orm/migrations';

export class OrderFacts extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE order_facts (
        order_id uuid NOT NULL CONSTRAINT order_facts_order_id_foreign REFERENCES orders (id),
        id text NOT NULL CONSTRAINT order_facts_id_check CHECK (id <> ''),
        type text NOT NULL CONSTRAINT order_facts_type_check CHECK (type <> ''),
        service text NOT NULL CONSTRAINT order_facts_service_check CHECK (service <> ''),
        at timestamptz(3) NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        trace_id text CONSTRAINT order_facts_trace_id_check CHECK (length(trace_id) = 32),
        note text CONSTRAINT order_facts_note_check CHECK (note <> ''),
        PRIMARY KEY (order_id, id)
      )`);
  }

  override down(): void {
    this.addSql('DROP TABLE order_facts');
  }
}
