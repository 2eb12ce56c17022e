import { Migration } from '@mikro-orm/migrations';

export class MailsOfOrders extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE mails ADD COLUMN order_id uuid');
    // what is sent has forgotten the data of its fact, and with it its order
    this.addSql("UPDATE mails SET order_id = (data ->> 'orderId')::uuid WHERE data ? 'orderId'");
    this.addSql('CREATE INDEX mails_order_id_index ON mails (order_id)');
  }

  override down(): void {
    this.addSql('DROP INDEX mails_order_id_index');
    this.addSql('ALTER TABLE mails DROP COLUMN order_id');
  }
}
