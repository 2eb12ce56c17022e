import { Migration } from '@mikro-orm/migrations';

export class CartsOfAProduct extends Migration {
  override up(): void {
    this.addSql('CREATE INDEX cart_lines_product_id_index ON cart_lines (product_id)');
  }

  override down(): void {
    this.addSql('DROP INDEX cart_lines_product_id_index');
  }
}
