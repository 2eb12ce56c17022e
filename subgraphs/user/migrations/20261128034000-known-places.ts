import { Migration } from '@mikro-orm/migrations';

export class KnownPlaces extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE known_places (
        key text PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT known_places_account_id_foreign REFERENCES accounts (id) ON DELETE CASCADE,
        until timestamptz(3) NOT NULL
      )`);
    this.addSql('CREATE INDEX known_places_account_id_index ON known_places (account_id)');
    this.addSql('CREATE INDEX known_places_until_index ON known_places (until)');
  }

  override down(): void {
    this.addSql('DROP TABLE known_places');
  }
}
