import { Migration } from '@mikro-orm/migrations';

export class MailsThatFailed extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE mails ADD COLUMN give_up_at timestamptz(3)');
    this.addSql('ALTER TABLE mails ADD COLUMN queued_again_by uuid');
    this.addSql('ALTER TABLE mails ADD COLUMN queued_again_at timestamptz(3)');
  }

  override down(): void {
    this.addSql('ALTER TABLE mails DROP COLUMN queued_again_at');
    this.addSql('ALTER TABLE mails DROP COLUMN queued_again_by');
    this.addSql('ALTER TABLE mails DROP COLUMN give_up_at');
  }
}
