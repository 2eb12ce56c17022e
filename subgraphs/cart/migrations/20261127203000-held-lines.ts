import { Migration } from '@mikro-orm/migrations';

export class HeldLines extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE taken_orders ADD COLUMN cart_id uuid');
    this.addSql(`
      CREATE TABLE held_lines (
        order_id uuid NOT NULL,
        product_id uuid NOT NULL,
        quantity int NOT NULL,
        price_when_added int NOT NULL,
        position int NOT NULL,
        waits_for uuid,
        PRIMARY KEY (order_id, product_id),
        CONSTRAINT held_lines_order_id_foreign FOREIGN KEY (order_id) REFERENCES taken_orders (order_id) ON DELETE CASCADE,
        CONSTRAINT held_lines_product_id_foreign FOREIGN KEY (product_id) REFERENCES product_copies (id),
        CONSTRAINT held_lines_quantity_check CHECK (quantity >= 1 AND quantity <= 99),
        CONSTRAINT held_lines_price_when_added_check CHECK (price_when_added >= 0)
      )`);
    this.addSql('CREATE INDEX held_lines_waits_for_index ON held_lines (waits_for) WHERE waits_for IS NOT NULL');
    this.addSql('CREATE TABLE last_orders (key uuid NOT NULL, order_id uuid NOT NULL, PRIMARY KEY (key))');
  }

  override down(): void {
    this.addSql('DROP TABLE last_orders, held_lines');
    this.addSql('ALTER TABLE taken_orders DROP COLUMN cart_id');
  }
}
