import { Migration } from '@mikro-orm/migrations';

export class RegionAndPhone extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE addresses ADD COLUMN region text, ADD COLUMN phone text');
  }

  override down(): void {
    this.addSql('ALTER TABLE addresses DROP COLUMN region, DROP COLUMN phone');
  }
}
