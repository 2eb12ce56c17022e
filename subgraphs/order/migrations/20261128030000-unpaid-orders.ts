import { Migration } from '@mikro-orm/migrations';

export class UnpaidOrders extends Migration {
  override up(): void {
    this.addSql('CREATE INDEX orders_unpaid_index ON orders (user_id) WHERE deadline_at IS NOT NULL');
  }

  override down(): void {
    this.addSql('DROP INDEX orders_unpaid_index');
  }
}
