import { Migration } from '@mikro-orm/migrations';

export class TracesOfMails extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE mails ADD COLUMN traceparent text');
  }

  override down(): void {
    this.addSql('ALTER TABLE mails DROP COLUMN traceparent');
  }
}
