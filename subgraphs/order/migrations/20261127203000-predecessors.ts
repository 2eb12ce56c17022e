import { Migration } from '@mikro-orm/migrations';

export class Predecessors extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE orders ADD COLUMN cart_predecessor uuid, ADD COLUMN user_predecessor uuid');
    this.addSql('ALTER TABLE orders ADD CONSTRAINT orders_cart_predecessor_unique UNIQUE (cart_id, cart_predecessor)');
    this.addSql('ALTER TABLE orders ADD CONSTRAINT orders_user_predecessor_unique UNIQUE (user_id, user_predecessor)');
  }

  override down(): void {
    this.addSql('ALTER TABLE orders DROP COLUMN cart_predecessor, DROP COLUMN user_predecessor');
  }
}
