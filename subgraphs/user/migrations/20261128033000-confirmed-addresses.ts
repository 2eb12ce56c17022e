import { Migration } from '@mikro-orm/migrations';

export class ConfirmedAddresses extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE accounts ADD COLUMN email_confirmed_at timestamptz(3)');
    // until now no two accounts had one address, and whoever had it could log in with it
    this.addSql('UPDATE accounts SET email_confirmed_at = created_at');
    this.addSql('CREATE UNIQUE INDEX accounts_confirmed_email_unique ON accounts (lower(email)) WHERE email_confirmed_at IS NOT NULL');
    this.addSql('CREATE INDEX accounts_email_index ON accounts (lower(email), created_at)');
    this.addSql('DROP INDEX accounts_email_unique');
  }

  override down(): void {
    // one of several that claim an address keeps it
    this.addSql(
      "UPDATE accounts SET email = id || '@unconfirmed.invalid' WHERE email_confirmed_at IS NULL AND EXISTS (SELECT FROM accounts other WHERE lower(other.email) = lower(accounts.email) AND (other.email_confirmed_at IS NOT NULL OR other.id < accounts.id))",
    );
    this.addSql('CREATE UNIQUE INDEX accounts_email_unique ON accounts (lower(email))');
    this.addSql('DROP INDEX accounts_email_index');
    this.addSql('ALTER TABLE accounts DROP COLUMN email_confirmed_at');
  }
}
