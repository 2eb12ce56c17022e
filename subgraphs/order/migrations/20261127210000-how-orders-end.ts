import { Migration } from '@mikro-orm/migrations';

export class HowOrdersEnd extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE orders ADD COLUMN failed_lines jsonb');
    this.addSql('ALTER TABLE orders ADD COLUMN card text');
  }

  override down(): void {
    this.addSql('ALTER TABLE orders DROP COLUMN failed_lines');
    this.addSql('ALTER TABLE orders DROP COLUMN card');
  }
}
