import { Migration } from '@mikro-orm/migrations';

export class ClosedAccounts extends Migration {
  override up(): void {
    this.addSql('CREATE TABLE closed_accounts (user_id uuid PRIMARY KEY, closed_at timestamptz(3) NOT NULL DEFAULT now())');
  }

  override down(): void {
    this.addSql('DROP TABLE closed_accounts');
  }
}
