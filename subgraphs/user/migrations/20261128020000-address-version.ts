import { Migration } from '@mikro-orm/migrations';

export class AddressVersion extends Migration {
  override up(): void {
    this.addSql(`
      ALTER TABLE addresses
        ADD COLUMN version integer NOT NULL DEFAULT 1,
        ADD CONSTRAINT addresses_version_positive CHECK (version > 0)`);
  }

  override down(): void {
    this.addSql('ALTER TABLE addresses DROP COLUMN version');
  }
}
