import { Migration } from '@mikro-orm/migrations';

export class RefusedMessages extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE outbox ADD COLUMN refused_because text');
  }

  override down(): void {
    this.addSql('ALTER TABLE outbox DROP COLUMN refused_because');
  }
}
