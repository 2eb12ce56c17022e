import { Migration } from '@mikro-orm/migrations';

export class TracesOfOrders extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE orders ADD COLUMN traceparent text');
  }

  override down(): void {
    this.addSql('ALTER TABLE orders DROP COLUMN traceparent');
  }
}
