import { Migration } from '@mikro-orm/migrations';

export class Edits extends Migration {
  override up(): void {
    this.addSql(
      'ALTER TABLE products ADD COLUMN edited_version int NOT NULL DEFAULT 1, ADD COLUMN edited_by text, ADD COLUMN edited_at timestamptz(3)',
    );
    // nobody knows which of the versions before were edits
    this.addSql('UPDATE products SET edited_version = version');
    this.addSql(`
      CREATE TABLE idempotency_keys (
        used_by text NOT NULL,
        key text NOT NULL,
        request_hash text NOT NULL,
        product_ids jsonb NOT NULL,
        used_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (used_by, key)
      )`);
    this.addSql('CREATE INDEX idempotency_keys_used_at_index ON idempotency_keys (used_at)');
  }

  override down(): void {
    this.addSql('DROP TABLE idempotency_keys');
    this.addSql('ALTER TABLE products DROP COLUMN edited_version, DROP COLUMN edited_by, DROP COLUMN edited_at');
  }
}
